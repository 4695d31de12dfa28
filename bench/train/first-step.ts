/**
 * How long it takes from the start of a process to the first step of a 135M model on the examples' text, and what the time is
 * spent on: first with no compiled program and no tokens in the cache, then with those of the first run.
 * usage: node --import tsx bench/train/first-step.ts [--layers N] [--rounds N]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { compileRecipe, printPlan } from '../../compiler/index.ts';
import { cacheFolder, chooseEngine, runPlan } from '../../runtime/index.ts';

const { values } = parseArgs({
  options: {
    layers: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '1' },
    /** Set in the process that is measured: its run folder. */
    run: { type: 'string' },
  },
});
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

const ended: Readonly<Record<string, string>> = {
  prepared: 'data',
  engine: 'program traced and opened',
  phase: 'weights drawn and written',
  opened: 'run folder',
  rehearsed: 'rehearsal',
  'held-out': 'held-out loss',
  step: 'first step',
};

/** Runs to the first step, as `smol run` does, and says when each part has ended. */
async function measure(runFolder: string): Promise<void> {
  let last = 0;
  const say = (part: string, seconds: number) => console.log(`${seconds.toFixed(2).padStart(9)} s  ${part}`);
  const took = (part: string) => {
    say(part, process.uptime() - last);
    last = process.uptime();
  };
  const { plan, diagnostics } = compileRecipe('first-step.smol', {
    readText: (path) => (path === 'first-step.smol' ? recipe : null),
  });
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { engine } = await chooseEngine('compiled');
  took('libraries, plan, engine');
  const enough = new AbortController();
  await runPlan(
    {
      plan,
      planText: printPlan(plan),
      recipeFolder: resolve(import.meta.dirname, '../../examples'),
      runFolder,
      runsFolder: runFolder,
      resume: false,
      steps: 1,
      cacheFolder: cacheFolder(),
      version: '0.0.0',
      interrupted: enough.signal,
      observe({ kind }) {
        if (ended[kind]) took(ended[kind]);
        if (kind === 'step') say('to the first step', last);
      },
    },
    engine,
  );
}

function measureTwice(): void {
  const folder = mkdtempSync(join(tmpdir(), 'smol-first-step-'));
  try {
    symlinkSync(join(cacheFolder(), 'engine'), join(folder, 'engine'));
    for (const name of ['cold', 'cached']) {
      console.log(`${name}:`);
      const words = [...process.execArgv, ...process.argv.slice(1), '--run', join(folder, name)];
      const { status } = spawnSync(process.execPath, words, {
        stdio: 'inherit',
        env: { ...process.env, SMOL_CACHE: folder },
      });
      if (status !== 0) throw new Error(`the ${name} run ended with code ${status}`);
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.run) await measure(values.run);
else for (let round = 0; round < Number(values.rounds); round++) measureTwice();
