/**
 * How the program was called, so that a command it proposes can be pasted as it stands: from a checkout `smol` is no command
 * of the shell, `npx smol` is. npm says in the environment that it runs a package's program or script.
 */
export function programName(
  env: Readonly<Record<string, string | undefined>>,
  script: string | undefined = globalThis.process?.argv[1],
): string {
  if (env.npm_command !== undefined) return 'npx smol';
  // Called by its path (`node bin/smol.js`), it may be no command of the shell; a link of the name `smol` is one.
  const isPath = script !== undefined && /[\\/]smol\.js$/.test(script);
  return isPath ? `node ${relativeTo(globalThis.process.cwd(), script)}` : 'smol';
}

function relativeTo(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}
