// Bundles the program into dist/, in two parts that load by what they cost:
//   main.cjs      the command line and the compiler, one CommonJS file, so that bin/smol.js can keep its compiled code
//   runtime/      what trains, split by what is loaded together; the command line reaches it by import() only
//   api.js        the package's public door for programs, and types/ with its types
// Packages with native code or data files of their own stay outside.
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { optionalDependencies } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Names stay: they are read in stack traces. Blanks and comments only cost time to load.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  external: ['@tensorflow/*', 'tokenizers', 'node-api-headers', 'ts-morph', ...Object.keys(optionalDependencies)],
};

/** Doors of the runtime, as scripts/lint-structure.mjs allows them to the command line. */
const doors = ['index', 'engine/index', 'run-folder/index', 'run-folder/make-folders'];

/** An import() of the runtime by the command line or the public door becomes one of the other bundle. */
const runtimeApart = {
  name: 'runtime apart',
  setup(bundling) {
    bundling.onResolve({ filter: /\/runtime\/.*\.ts$/ }, ({ path, importer }) => {
      if (!/[\\/](cli|api)[\\/]/.test(importer)) return null;
      const door = path.replace(/^.*\/runtime\//, '').replace(/\.ts$/, '');
      if (!doors.includes(door)) return { errors: [{ text: `${path} is no door of the runtime (scripts/build.mjs)` }] };
      return { path: `./runtime/${door}.js`, external: true };
    });
  },
};

/**
 * A script that is run from its compiled code cannot import(): bin/smol.js does it for the bundle, as the function `$bring`.
 * The name is as long as the word it replaces, so that the source map stays true.
 */
function importThroughTheProgram(text) {
  if (text.includes('$bring')) throw new Error('`$bring` is taken: choose another name of six characters');
  return text.replaceAll(/\bimport\((?=")/g, '$$bring(');
}

await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: Object.fromEntries(doors.map((door) => [door, `runtime/${door}.ts`])),
  outdir: 'dist/runtime',
  splitting: true,
  format: 'esm',
  // CommonJS packages in an ES module bundle still call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await build({
  ...shared,
  entryPoints: { api: 'api/index.ts' },
  outdir: 'dist',
  format: 'esm',
  plugins: [runtimeApart],
});
const tsc = 'node_modules/typescript/bin/tsc';
execFileSync(process.execPath, [tsc, '--project', 'tsconfig.types.json'], { cwd: root, stdio: 'inherit' });
const { outputFiles } = await build({
  ...shared,
  entryPoints: { main: 'cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  plugins: [runtimeApart],
  define: { 'import.meta.dirname': '__dirname' },
  write: false,
});
// main.cjs last: set-up takes its presence for a whole build.
for (const { path, text } of outputFiles.toSorted((a, b) => a.path.endsWith('.cjs') - b.path.endsWith('.cjs'))) {
  await writeFile(path, path.endsWith('.cjs') ? importThroughTheProgram(text) : text);
}
