/**
 * What a step costs besides its computation: batches, learning rate, metrics and progress of the quickstart, with a program that
 * computes nothing. usage: npx tsx bench/train/overhead.ts [STEPS]
 * Prints milliseconds a step, and the process's memory after a tenth of the steps and at the end.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { processContext } from '../../cli/process-context.ts';
import { createRunProgressView } from '../../cli/views/run/progress-view.ts';
import { compileRecipe, printPlan } from '../../compiler/index.ts';
import { COMPILED_CAPABILITIES } from '../../runtime/engine/capabilities.ts';
import { cacheFolder, type RunEvent, runPlan } from '../../runtime/index.ts';
import { parameterLayout, sizeOf } from '../../runtime/model/parameters.ts';
import type { TrainingProgram } from '../../runtime/train/program.ts';
import { slotLayout } from '../../runtime/train/slot-layout.ts';

const steps = Number(process.argv[2] ?? 700);
const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const file = 'quickstart.smol';
const recipe = readFileSync(path.join(examples, file), 'utf8');
const { plan } = compileRecipe(file, { readText: (asked) => (asked === file ? recipe : null) });
if (!plan) throw new Error('the quickstart has no plan');

const layout = parameterLayout(plan.model);
const zeros = (spec: { name: string; shape: readonly number[] }) => ({
  ...spec,
  values: new Float32Array(sizeOf(spec.shape)),
});
const state = { parameters: layout.map(zeros), slots: slotLayout(layout).map(zeros) };
const idle: TrainingProgram = {
  engine: 'nothing',
  compiled: false,
  preference: null,
  step: async () => ({ loss: 5, gradientNorm: 1 }),
  evaluate: async () => ({ lossSum: 5, tokens: 1 }),
  readState: async () => state,
  readParameters: async () => state.parameters,
  drawParameters: async () => {},
  writeState: async () => {},
  writeParameters: async () => {},
  tensorCount: () => 0,
  dispose: () => {},
};
const view = createRunProgressView(processContext(), plan);
const memory: number[] = [];
let started = 0;
const runsFolder = mkdtempSync(path.join(tmpdir(), 'smol-overhead-'));
const interruption = new AbortController();
try {
  await runPlan(
    {
      plan,
      planText: printPlan(plan),
      recipeFolder: examples,
      runFolder: null,
      runsFolder,
      resume: false,
      steps,
      cacheFolder: cacheFolder(),
      version: '0.0.0',
      observe,
      interrupted: interruption.signal,
    },
    {
      identity: { library: 'tfjs', version: 'none', device: 'cpu' },
      capabilities: COMPILED_CAPABILITIES,
      createProgram: async () => idle,
      createDecoder: async () => ({ dispose: () => {} }) as never,
      createScorer: async () => ({ dispose: () => {} }) as never,
    },
  );
} catch (error) {
  if (memory.length < 2) throw error; // the text after the last step needs a model
} finally {
  rmSync(runsFolder, { recursive: true, force: true });
}

function observe(event: RunEvent): void {
  view.observe(event);
  if (event.kind !== 'step') return;
  const { step } = event.metrics;
  if (step === 1) started = performance.now();
  if (step === Math.ceil(steps / 10) || step === steps) memory.push(Math.round(process.memoryUsage().rss / 1e6));
  if (step !== steps) return;
  const ms = (performance.now() - started) / (steps - 1);
  console.log(`${ms.toFixed(2)} ms a step over ${steps} steps; memory ${memory.join(' MB, then ')} MB`);
}
