// How long the built `smol run` takes from the start of its process to the end of its first step, of a 135M model on the examples'
// text: first with no compiled program and no tokens in the cache, then with those of the first run.
// usage: node bench/train/first-step.mjs [--layers N] [--rounds N]   (after `npm run build`)
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { layers: { type: 'string', default: '30' }, rounds: { type: 'string', default: '1' } },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const recipe = `recipe first_step
seed = 42
tokenizer = local("data/tokenizer.json")
dataset speeches { source = local("data/speeches/*.jsonl"), holdout = 60 rows }
dataset novel { source = local("data/novel/*.jsonl"), holdout = 12 rows }
dataset code { source = local("data/code/*.jsonl"), holdout = 30 rows }
model { layers = ${values.layers}, hidden = 576, ffn = 1536, heads = 9, kv_heads = 3, vocab = 49152, context = 2048 }
pretrain {
  tokens = 2560
  sequence = 256
  batch = 256 tokens
  schedule = constant(peak = 3e-3, warmup = 2 steps)
  stage all 0..2560 { 50% speeches, 20% novel, 30% code }
}
`;

/** What `smol run` says when a part has ended, in the order in which it says so. */
const said = [
  ['plan, libraries, program traced', /parameters · /],
  ['data', /^prepared /m],
  ['run folder', /^run folder /m],
];

/** Runs until the first step is in the log; says when each part ended. */
async function measure(cache, folder) {
  const run = join(cache, folder);
  const start = performance.now();
  const words = [
    here('../../bin/smol.js'),
    'run',
    join(cache, 'first-step.smol'),
    '--run-dir',
    run,
    '--engine',
    'compiled',
  ];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SMOL_CACHE: cache },
  });
  const seconds = () => (performance.now() - start) / 1000;
  let last = 0;
  const took = (part) => {
    console.log(`${(seconds() - last).toFixed(2).padStart(9)} s  ${part}`);
    last = seconds();
  };
  let text = '';
  const parts = [...said];
  child.stderr.on('data', (piece) => {
    text += String(piece);
    while (parts.length > 0 && parts[0][1].test(text)) took(parts.shift()[0]);
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const log = join(run, 'timings.jsonl');
  // The log has the line as soon as the step has ended.
  while (!(existsSync(log) && readFileSync(log, 'utf8').includes('\n'))) {
    if (child.exitCode !== null) throw new Error(`smol run ended with code ${child.exitCode}: ${text}`);
    await later(5);
  }
  const step = JSON.parse(readFileSync(log, 'utf8').split('\n')[0]).seconds;
  console.log(`${(seconds() - last - step).toFixed(2).padStart(9)} s  weights, rehearsal`);
  console.log(`${step.toFixed(2).padStart(9)} s  first step, with its compilation`);
  console.log(`${seconds().toFixed(2).padStart(9)} s  to the end of the first step`);
  child.kill('SIGKILL');
  await ended;
  rmSync(run, { recursive: true, force: true });
}

async function measureTwice() {
  const cache = mkdtempSync(join(tmpdir(), 'smol-first-step-'));
  try {
    const own = process.env.SMOL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'smol');
    symlinkSync(join(own, 'engine'), join(cache, 'engine'));
    cpSync(here('../../examples/data'), join(cache, 'data'), { recursive: true });
    writeFileSync(join(cache, 'first-step.smol'), recipe);
    for (const name of ['cold', 'cached']) {
      console.log(`${name}:`);
      await measure(cache, name);
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

for (let round = 0; round < Number(values.rounds); round++) await measureTwice();
