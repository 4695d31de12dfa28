/**
 * How the program was called, so that a command it proposes can be pasted as it stands: from a checkout `smol` is no command
 * of the shell, `npx smol` is. npm says in the environment that it runs a package's program or script.
 */
export function programName(env: Readonly<Record<string, string | undefined>>): 'smol' | 'npx smol' {
  return env.npm_command === undefined ? 'smol' : 'npx smol';
}
