import type { PlanPhase } from '../../compiler/plan/index.ts';
import { closeDatasets, prepareDatasets } from '../data/prepare-datasets.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import { requireCapable } from '../engine/capabilities.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';
import type { DataRecord } from '../run-folder/data-record.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { acceptedPlans } from '../run-folder/plan-edits.ts';
import { readStepLog } from '../run-folder/step-log.ts';
import { applyEdit } from './apply-edit.ts';
import { engineDemand } from './engine-demand.ts';
import { NonFiniteStep } from './non-finite.ts';
import { findRunToResume, type OpenRun, openRun } from './open-run.ts';
import { dataRecordOf, trainingDataOf } from './plan-data.ts';
import type { TrainingProgram } from './program.ts';
import { lastStepOf, requireRunnable } from './require-runnable.ts';
import { resumeState } from './resume-state.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunOptions } from './run-options.ts';
import type { HeldOutReport, RunReport, TextSample } from './run-report.ts';
import { slotLayout } from './slot-layout.ts';
import { sameShape, segmentAt, shapeAt, tokensThrough } from './step-position.ts';
import { tokenizerFiles } from './tokenizer-files.ts';
import { type TrainingOutcome, train } from './train.ts';
import type { HeldOutLoss } from './training-event.ts';
import { writeSamples } from './write-samples.ts';

/** What stays the same from the preparation of a run to its report. */
interface Prepared {
  readonly phase: PlanPhase;
  readonly tokenizer: TextTokenizer;
  readonly datasets: readonly PreparedDataset[];
  readonly record: DataRecord;
  readonly program: TrainingProgram;
}

/**
 * Runs a plan from its data to its report: checks what can be checked at once, makes the program, prepares the data, opens the
 * run folder, goes on from its newest checkpoint, trains, and lets the model write a little.
 * Throws `RunError`, `DataError` or the engine's error, each with a message and help for a person; the interruption's reason
 * when it comes before there is anything to keep.
 */
export async function runPlan(options: RunOptions, engine: RunEngine): Promise<RunReport> {
  const { plan } = options;
  const phase = requireRunnable(plan, options.recipeFolder);
  requireCapable(engine.capabilities, engineDemand(plan, phase));
  lastStepOf(phase, options.steps);
  const tokenizer = loadTokenizer(plan.tokenizer, options.recipeFolder);
  if (options.resume) findRunToResume(options);
  const program = await makeProgram(options, phase, engine);
  let datasets: readonly PreparedDataset[] = [];
  try {
    datasets = await prepare(options, tokenizer);
    const record = dataRecordOf(plan, datasets, tokenizer);
    return await trainInFolder(options, engine, { phase, tokenizer, datasets, record, program });
  } finally {
    closeDatasets(datasets);
    program.dispose();
  }
}

async function makeProgram(options: RunOptions, phase: PlanPhase, engine: RunEngine): Promise<TrainingProgram> {
  const start = performance.now();
  const program = await engine.createProgram({
    model: options.plan.model,
    optimizer: phase.optimizer,
    clipNorm: phase.clip_norm,
    shapes: shapesOf(phase),
    seed: options.plan.seed,
  });
  const seconds = (performance.now() - start) / 1000;
  options.observe({ kind: 'engine', engine: program.engine, compiled: program.compiled, seconds });
  return program;
}

function shapesOf(phase: PlanPhase): StepShape[] {
  const shapes: StepShape[] = [];
  for (const { first_step } of phase.segments) {
    const shape = shapeAt(phase, first_step);
    if (!shapes.some((known) => sameShape(known, shape))) shapes.push(shape);
  }
  return shapes;
}

async function prepare(options: RunOptions, tokenizer: TextTokenizer): Promise<readonly PreparedDataset[]> {
  const datasets = await prepareDatasets(options.plan, {
    baseDirectory: options.recipeFolder,
    cacheDirectory: options.cacheFolder,
    tokenizer,
    onProgress: (event) => options.observe({ kind: 'preparing', ...event }),
    signal: options.interrupted,
  });
  const summaries = datasets.map(({ name, training, heldOut, cached, malformed }) => ({
    dataset: name,
    trainingTokens: training.tokenCount,
    heldOutTokens: heldOut.tokenCount,
    cached,
    malformedRows: malformed.count,
    rows: malformed.rows,
  }));
  options.observe({ kind: 'prepared', datasets: summaries });
  return datasets;
}

async function trainInFolder(options: RunOptions, engine: RunEngine, prepared: Prepared): Promise<RunReport> {
  const { plan, observe } = options;
  const { phase, program, datasets } = prepared;
  const open = await openRun(options, {
    engine: program.engine,
    compiled: program.compiled,
    data: prepared.record,
    tokenizerFiles: tokenizerFiles(plan.tokenizer, options.recipeFolder),
  });
  const { folder } = open;
  try {
    const layout = parameterLayout(plan.model);
    const accepted = acceptedPlans(folder, options.edit?.from ?? plan.hash);
    const state = await resumeState(folder, accepted, { parameters: layout, slots: slotLayout(layout) }, program);
    if (options.edit) await applyEdit(folder, options.edit, state.step, { ...options, data: prepared.record });
    const lastStep = Math.max(state.step, lastStepOf(phase, options.steps));
    observe({
      kind: 'opened',
      folder: folder.path,
      resumed: open.resumed,
      startStep: state.step,
      lastStep,
      skipped: state.skipped,
    });
    noteOtherEngine(options, open, program);
    const data = trainingDataOf(plan, phase, datasets);
    const { interrupted } = options;
    const run = { plan, phase, program, data, folder, startStep: state.step, lastStep, observe, interrupted };
    const outcome = await train(run);
    return await report(options, engine, prepared, open, outcome);
  } catch (error) {
    if (error instanceof NonFiniteStep) await recordFault(open, error);
    throw error;
  } finally {
    open.release();
  }
}

function noteOtherEngine({ observe }: RunOptions, open: OpenRun, program: TrainingProgram): void {
  if (open.startedWith === null || open.startedWith === program.engine) return;
  observe({
    kind: 'note',
    message: `the run was started with engine ${open.startedWith}: with ${program.engine} the last digits of its losses may differ`,
  });
}

async function recordFault({ folder }: OpenRun, { message, metrics, places }: NonFiniteStep): Promise<void> {
  // JSON has no NaN or infinity; as words they say what was seen.
  const said = { ...metrics, loss: String(metrics.loss), gradient_norm: String(metrics.gradient_norm) };
  await writeFileDurably(folder.fault, `${JSON.stringify({ message, ...said, batch: places }, null, 2)}\n`);
}

async function report(
  options: RunOptions,
  engine: RunEngine,
  prepared: Prepared,
  { folder }: OpenRun,
  { ended, step }: TrainingOutcome,
): Promise<RunReport> {
  const { phase, program, record } = prepared;
  return {
    ended,
    engine: program.engine,
    compiled: program.compiled,
    folder: folder.path,
    step,
    steps: phase.steps,
    tokens: tokensThrough(phase, step),
    heldOut: heldOutReports(record, readStepLog<HeldOutLoss>(folder.heldOut)),
    samples: ended === 'finished' ? await samples(options, engine, prepared, step) : [],
  };
}

function heldOutReports(record: DataRecord, lines: readonly HeldOutLoss[]): HeldOutReport[] {
  return record.datasets.map(({ name, unigram_entropy }) => {
    const measured = lines.filter(({ dataset }) => dataset === name);
    return {
      dataset: name,
      before: measured.find(({ step }) => step === 0)?.loss ?? null,
      after: measured.findLast(({ step }) => step > 0)?.loss ?? null,
      unigramEntropy: unigram_entropy,
    };
  });
}

async function samples(
  { plan }: RunOptions,
  engine: RunEngine,
  { phase, datasets, tokenizer, program }: Prepared,
  step: number,
): Promise<TextSample[]> {
  if (datasets.every(({ heldOut }) => heldOut.tokenCount === 0)) return [];
  const { parameters } = await program.readState();
  const { rope_theta: ropeTheta } = segmentAt(phase, step);
  const decoder = await engine.createDecoder({
    model: plan.model,
    ropeTheta,
    capacity: sampleCapacity(plan.model.context),
    parameters,
  });
  try {
    return await writeSamples(plan, datasets, tokenizer, decoder);
  } finally {
    decoder.dispose();
  }
}

/** A sample is short: a cache for the whole context would only take memory and time. */
function sampleCapacity(context: number): number {
  return Math.min(context, 96);
}
