/**
 * Whether a run's memory grows: a tiny model on the examples' text, with a checkpoint and a held-out measurement every
 * tenth of the run. usage: node --expose-gc --import tsx bench/train/memory.ts [--steps N] [--engine compiled|wasm]
 * Prints tensors, resident and heap memory on the way, and the slope of the resident memory by least squares over the
 * second half of the run. Ends with 1 when the tensor count is not constant or the slope is 1 MB per 1,000 steps or more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { compileRecipe, printPlan } from '../../compiler/index.ts';
import { cacheFolder, chooseEngine, type RunEvent, runPlan } from '../../runtime/index.ts';

interface Sample {
  readonly step: number;
  readonly tensors: number;
  /** MB, resident and in V8's heap. */
  readonly resident: number;
  readonly heap: number;
}

const parts = 10;
const { values } = parseArgs({
  options: { steps: { type: 'string', default: '5000' }, engine: { type: 'string', default: 'compiled' } },
});
const steps = Number(values.steps);
const stageTokens = (steps / parts) * 64;
const stages = Array.from(
  { length: parts },
  (_, part) => `  stage part_${part} ${part * stageTokens}..${(part + 1) * stageTokens} { 70% speeches, 30% code }`,
);
const recipe = `recipe memory
seed = 1
tokenizer = local("data/tokenizer.json")
dataset speeches { source = local("data/speeches/*.jsonl"), holdout = 60 rows, repeat = 1000 epochs }
dataset code { source = local("data/code/*.jsonl"), holdout = 30 rows, repeat = 1000 epochs }
model { layers = 1, hidden = 16, ffn = 32, heads = 2, vocab = 4096, context = 32 }
pretrain {
  tokens = ${steps * 64}
  sequence = 32
  batch = 64 tokens
  schedule = constant(peak = 1e-3, warmup = 10 steps)
  checkpoint = every(${steps / parts} steps, keep = 2)
${stages.join('\n')}
}
`;

const megabytes = (bytes: number) => bytes / 2 ** 20;
const samples: Sample[] = [];
let tensorCount = () => 0;

function take(step: number): void {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const sample = { step, tensors: tensorCount(), resident: megabytes(rss), heap: megabytes(heapUsed) };
  samples.push(sample);
  const { tensors, resident, heap } = sample;
  console.log(`step ${step}: ${tensors} tensors, ${resident.toFixed(1)} MB resident, ${heap.toFixed(1)} MB heap`);
}

/** MB per 1,000 steps, by least squares. */
function slopeOf(points: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ step }) => step), mean(({ resident }) => resident)];
  const covariance = mean(({ step, resident }) => (step - x) * (resident - y));
  return (1000 * covariance) / mean(({ step }) => (step - x) ** 2);
}

async function run(folder: string): Promise<void> {
  const file = 'memory.smol';
  const { plan, diagnostics } = compileRecipe(file, { readText: (asked) => (asked === file ? recipe : null) });
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { engine } = await chooseEngine(values.engine as 'compiled' | 'wasm');
  const counting: typeof engine = {
    ...engine,
    async createProgram(options) {
      const program = await engine.createProgram(options);
      tensorCount = () => program.tensorCount();
      return program;
    },
  };
  const observe = (event: RunEvent) => {
    if (event.kind === 'step' && event.metrics.step % (steps / (4 * parts)) === 0) take(event.metrics.step);
  };
  await runPlan(
    {
      plan,
      planText: printPlan(plan),
      recipeFolder: resolve(import.meta.dirname, '../../examples'),
      runFolder: join(folder, 'run'),
      runsFolder: folder,
      resume: false,
      steps: null,
      cacheFolder: cacheFolder(),
      version: '0.0.0',
      observe,
      interrupted: new AbortController().signal,
    },
    counting,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'smol-memory-'));
try {
  await run(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const steady = samples.filter(({ step }) => step > steps / 2);
const counts = new Set(steady.map(({ tensors }) => tensors));
const slope = slopeOf(steady);
console.log(
  `tensors in the second half: ${[...counts].join(', ')}; resident memory: ${slope.toFixed(2)} MB per 1,000 steps`,
);
process.exitCode = counts.size === 1 && slope < 1 ? 0 : 1;
