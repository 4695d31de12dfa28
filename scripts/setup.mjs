// Sets up a checkout: packages, build, engine. Each part is skipped when it is there. Plain Node.js, since nothing is
// installed when it first runs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const environmentMissing = 3;

/**
 * Makes the checkout ready.
 * @returns {Promise<{ engine: boolean }>} whether the compiled engine is there; it is not where Python or a C++ compiler is
 *   missing. Any other failure ends the process with its reason.
 */
export async function setUp() {
  requireNode();
  await installPackages();
  await buildProgram();
  return { engine: await installEngine() };
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node.js ${process.versions.node} is too old`, 'install Node.js 20, 22 or 24');
}

async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.smol-setup');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await step('packages (npm ci)', () => run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error']));
  writeFileSync(stamp, lock);
}

async function buildProgram() {
  const built = modified(join(root, 'dist', 'main.cjs'));
  const sources = ['grammar', 'compiler', 'runtime', 'cli', 'api', 'scripts/build.mjs', 'package.json'];
  if (sources.every((source) => newestChange(join(root, source)) < built)) return;
  await step('build', () => run([process.execPath], [join('scripts', 'build.mjs')]));
}

async function installEngine() {
  const status = await run(
    [process.execPath],
    [join('bin', 'smol.js'), 'engine', 'install', '--quiet'],
    [0, environmentMissing],
  );
  if (status === environmentMissing) console.error('set-up: going on without the compiled engine');
  return status === 0;
}

function npm() {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
}

async function step(title, work) {
  const start = Date.now();
  console.error(`set-up: ${title} …`);
  await work();
  console.error(`set-up: ${title} done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/** Runs a program in the checkout with its output shown; ends the process unless the exit code is an accepted one. */
function run([program, ...first], words, accepted = [0]) {
  return new Promise((resolve) => {
    const child = spawn(program, [...first, ...words], { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', (error) => fail(`cannot start ${program}: ${error.message}`, 'see that it is installed'));
    child.on('close', (code, signal) => {
      if (code !== null && accepted.includes(code)) resolve(code);
      else fail(`${program} ${words.join(' ')} ended with ${signal ?? `code ${code}`}`, 'see its output above');
    });
  });
}

/** Runs a program in the foreground, its terminal and all, and returns its exit code. */
export function runInForeground(words, environment = {}) {
  // Ctrl-C reaches the child too; it ends in its own time and this process reports its code.
  process.on('SIGINT', () => {});
  const child = spawnSync(process.execPath, words, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return child.status ?? 1;
}

function newestChange(path) {
  if (!statSync(path).isDirectory()) return modified(path);
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function fail(message, help) {
  console.error(`error: ${message}\n  = help: ${help}`);
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await setUp();
