import { chatFiles } from '../chat/chat-files.ts';
import { listCheckpoints } from '../checkpoint/checkpoint-folder.ts';
import { markKept } from '../checkpoint/kept-mark.ts';
import { newestCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { closeDatasets, prepareDatasets } from '../data/prepare-datasets.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import { precisionNote, requireCapable } from '../engine/capabilities.ts';
import { readFreeMemory } from '../engine/free-memory.ts';
import { machineMemoryBytes } from '../engine/machine-memory.ts';
import { runEvaluations } from '../evaluate/run-evaluations.ts';
import { openRunEvaluator, type RunEvaluator } from '../evaluate/run-evaluator.ts';
import { loadRunTasks, type RunTask } from '../evaluate/task/run-tasks.ts';
import { hubAccess } from '../hub/hub-access.ts';
import { refuseUnlocked } from '../lock/locked-data.ts';
import { templateHashes } from '../lock/template-hashes.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { DataRecord } from '../run-folder/data-record.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { hubRecordFile, readHubRecord } from '../run-folder/hub-record.ts';
import { acceptedPlans } from '../run-folder/plan-edits.ts';
import { readStartRecords, startRecordFile } from '../run-folder/start-record.ts';
import { prepareTunings } from '../tuning/prepare-tunings.ts';
import type { PreparedTuning } from '../tuning/prepared-tuning.ts';
import { applyEdit } from './apply-edit.ts';
import { engineDemand } from './engine-demand.ts';
import { taskDataOf } from './hub-task-data.ts';
import { makeReport } from './make-report.ts';
import { findRunToResume, type OpenRun, openRun, type RunFacts, recordedMemory } from './open-run.ts';
import { PhasePrograms } from './phase-programs.ts';
import { dataRecordOf, trainingDataOf } from './plan-data.ts';
import type { TrainingProgram } from './program.ts';
import { refuseExhausted } from './refuse-exhausted.ts';
import { evaluationsOf, lastStepOf, requireReached, requireRunnable } from './require-runnable.ts';
import { requireSameTokenizer } from './require-same-tokenizer.ts';
import { resumeState } from './resume-state.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunOptions } from './run-options.ts';
import { phaseHolding, type RunPhase } from './run-phases.ts';
import type { RunReport } from './run-report.ts';
import { openRunSources, type RunSources } from './run-sources.ts';
import { skipBatches } from './skip-batches.ts';
import { slotLayout } from './slot-layout.ts';
import { StepFault } from './step-fault.ts';
import { tokenizerFiles } from './tokenizer-files.ts';
import { trainPhases } from './train-phases.ts';

/** What stays the same from the preparation of a run to its report. */
interface Prepared {
  readonly phases: readonly RunPhase[];
  readonly sources: RunSources;
  readonly tokenizer: TextTokenizer;
  readonly datasets: readonly PreparedDataset[];
  /** The data of phases of post-training, by their place in the plan. */
  readonly tunings: ReadonlyMap<number, PreparedTuning>;
  readonly record: DataRecord;
  readonly programs: PhasePrograms;
  readonly tasks: readonly RunTask[];
  readonly evaluator: RunEvaluator;
  /** That of the phase that is presumably first. */
  readonly program: Pick<TrainingProgram, 'engine' | 'compiled'> & Pick<RunFacts, 'identity' | 'memoryBytes'>;
}

/**
 * Runs a plan from its data to its report: checks what can be checked at once, makes the first program, prepares the data, opens
 * the run folder, goes on from its newest checkpoint, trains phase after phase, and lets the model write a little.
 * Throws `RunError`, `DataError` or the engine's error, each with a message and help for a person; the interruption's reason
 * when it comes before there is anything to keep.
 */
export async function runPlan(options: RunOptions, engine: RunEngine): Promise<RunReport> {
  const { plan } = options;
  const phases = requireRunnable(plan, options.recipeFolder, options.phase);
  if (!options.resume) requireReached(phases, options.phase ?? null, 0);
  for (const { phase } of phases) requireCapable(engine.capabilities, engineDemand(plan, phase));
  notePrecisions(options, engine, phases);
  lastStepOf(phases, options.steps);
  const sources = await sourcesOf(options, phases);
  const tokenizer = tokenizerOf(phases, sources);
  const first = presumedFirst(options, phases);
  const memoryBytes = memoryOf(options);
  const programs = new PhasePrograms(options, engine, memoryBytes);
  const tasks = await loadRunTasks(evaluationsOf(plan, phases), options.recipeFolder, sources.taskData);
  const files = () => chatFiles(sources.tokenizer.source, sources.tokenizer.folder);
  const evaluator = await openRunEvaluator(plan, { phases, tasks, tokenizer, files }, engine);
  let datasets: readonly PreparedDataset[] = [];
  try {
    // Before the data, which may take long: what an engine refuses is refused at once.
    const { engine: name, compiled } = await programs.of(first);
    datasets = await prepare(options, tokenizer, sources);
    refuseExhausted(plan, datasets);
    const tunings = await prepareRows(options, phases, tokenizer, sources);
    const record = dataRecordOf(plan, datasets, tokenizer, tunings);
    if (options.lock) {
      const chat = templateHashes(sources.tokenizer.source, sources.tokenizer.folder);
      refuseUnlocked(options.lock, { record, chat });
    }
    const program = { engine: name, compiled, identity: engine.identity, memoryBytes };
    const prepared = {
      phases,
      sources,
      tokenizer,
      datasets,
      tunings,
      record,
      programs,
      tasks,
      evaluator,
      program,
    };
    return await trainInFolder(options, engine, prepared);
  } finally {
    closeDatasets(datasets);
    evaluator.dispose();
    programs.dispose();
  }
}

function sourcesOf(options: RunOptions, phases: readonly RunPhase[]): Promise<RunSources> {
  return openRunSources(options.plan, phases, {
    recipeFolder: options.recipeFolder,
    cacheFolder: options.cacheFolder,
    recorded: options.resume ? readHubRecord(findRunToResume(options).path) : (options.lock?.locked.commits ?? []),
    recordedStarts: options.resume ? readStartRecords(findRunToResume(options).path) : [],
    hub: options.hub ?? hubAccess(),
    taskData: taskDataOf(options.plan, phases, options.recipeFolder),
  });
}

/** The recipe's tokenizer, which is that of all weights that phases start from. */
function tokenizerOf(
  phases: readonly RunPhase[],
  { tokenizer: { source, folder }, starts }: RunSources,
): TextTokenizer {
  const tokenizer = loadTokenizer(source, folder);
  for (const { phase } of phases) {
    const { name, from } = phase;
    const start = starts.get(name);
    if (start) requireSameTokenizer(name, tokenizer, start, from.kind === 'weights' ? from.source : null);
  }
  return tokenizer;
}

/** The runs that they are of may go on, and drop what they need no longer. */
async function keepStarts({ observe }: RunOptions, { checkpoints }: RunSources): Promise<void> {
  for (const { folder, record } of checkpoints) {
    try {
      await markKept(folder);
    } catch {
      const message = `the checkpoint in \`${record.path}\` cannot be marked: keep it, it is read again when this run resumes`;
      observe({ kind: 'note', message });
    }
  }
}

/** Files of the run folder that come from the run's sources. */
function filesOf({ tokenizer, commits, checkpoints }: RunSources): Readonly<Record<string, Uint8Array>> {
  return {
    ...tokenizerFiles(tokenizer.source, tokenizer.folder),
    ...hubRecordFile(commits),
    ...startRecordFile(checkpoints.map(({ record }) => record)),
  };
}

function notePrecisions({ observe }: RunOptions, engine: RunEngine, phases: readonly RunPhase[]): void {
  for (const precision of new Set(phases.map(({ phase }) => phase.precision))) {
    const message = precisionNote(engine.capabilities, precision);
    if (message !== null) observe({ kind: 'note', message });
  }
}

/** The memory that the run's programs are laid out for: that of the machine it was started on. */
function memoryOf(options: RunOptions): number {
  const recorded = options.resume ? recordedMemory(findRunToResume(options)) : null;
  return recorded ?? machineMemoryBytes();
}

/** The phase that the run begins in, or goes on in unless its newest checkpoint does not verify. */
function presumedFirst(options: RunOptions, phases: readonly RunPhase[]): RunPhase {
  if (!options.resume) return phases[0]!;
  const [newest = 0] = listCheckpoints(findRunToResume(options).checkpoints);
  return phaseHolding(phases, newest + 1);
}

async function prepare(
  options: RunOptions,
  tokenizer: TextTokenizer,
  { datasets: hubFiles, taskData }: RunSources,
): Promise<readonly PreparedDataset[]> {
  const datasets = await prepareDatasets(options.plan, {
    baseDirectory: options.recipeFolder,
    cacheDirectory: options.cacheFolder,
    hubFiles,
    taskData,
    tokenizer,
    onProgress: (event) => options.observe({ kind: 'preparing', ...event }),
    signal: options.interrupted,
  });
  const summaries = datasets.map(({ name, training, heldOut, cached, malformed, steps }) => ({
    dataset: name,
    trainingTokens: training.tokenCount,
    heldOutTokens: heldOut.tokenCount,
    cached,
    malformedRows: malformed.count,
    rows: malformed.rows,
    ...(steps.length === 0 ? {} : { steps }),
  }));
  if (summaries.length > 0) options.observe({ kind: 'prepared', datasets: summaries });
  noteCopies(options, datasets);
  return datasets;
}

/** Copies of a held-out row are no training data either, which can be much. */
function noteCopies({ plan, observe }: RunOptions, datasets: readonly PreparedDataset[]): void {
  for (const { id, name, heldOut } of datasets) {
    const asked = plan.datasets.find((dataset) => dataset.id === id)?.holdout_rows ?? 0;
    if (heldOut.documentCount <= asked) continue;
    const message = `dataset \`${name}\` holds out ${heldOut.documentCount} rows, not ${asked}: rows equal to one that is held out are not trained on`;
    observe({ kind: 'note', message });
  }
}

async function prepareRows(
  options: RunOptions,
  phases: readonly RunPhase[],
  tokenizer: TextTokenizer,
  sources: RunSources,
): Promise<ReadonlyMap<number, PreparedTuning>> {
  const { plan, recipeFolder: baseDirectory, interrupted: signal, observe } = options;
  const { source, folder } = sources.tokenizer;
  const scope = { plan, baseDirectory, hubFiles: sources.datasets, taskData: sources.taskData, signal };
  const tunings = await prepareTunings({ ...plan, tokenizer: source }, phases, tokenizer, scope, folder);
  for (const { records, notes } of tunings.values()) {
    observe({ kind: 'prepared-rows', records });
    for (const message of notes) observe({ kind: 'note', message });
  }
  return tunings;
}

async function trainInFolder(options: RunOptions, engine: RunEngine, prepared: Prepared): Promise<RunReport> {
  const { plan, observe, interrupted } = options;
  const { phases, program, programs, datasets, tunings, sources } = prepared;
  const open = await openRun(options, { ...program, data: prepared.record, tokenizerFiles: filesOf(sources) });
  const { folder } = open;
  try {
    await keepStarts(options, sources);
    const layout = parameterLayout(plan.model);
    const accepted = acceptedPlans(folder, options.edit?.from ?? plan.hash);
    const arrays = { parameters: layout, slots: slotLayout(layout) };
    const { checkpoint, skipped } = await resumeState(folder, accepted, arrays);
    const startStep = checkpoint?.step ?? 0;
    requireReached(phases, options.phase ?? null, startStep);
    if (options.edit) await applyEdit(folder, options.edit, startStep, { ...options, data: prepared.record });
    const lastStep = Math.max(startStep, lastStepOf(phases, options.steps));
    observe({ kind: 'opened', folder: folder.path, resumed: open.resumed, startStep, lastStep, skipped });
    noteOtherEngine(options, open, program);
    const dataOf = (phase: RunPhase) =>
      tunings.get(phase.index)?.data ?? trainingDataOf(plan, phase, datasets, options.start?.cursors);
    await skipBatches(options.skipBatches ?? [], { folder, phases, dataOf, step: startStep });
    const evaluations = runEvaluations({ ...prepared, plan, log: folder.evaluations, observe, interrupted });
    const outcome = await trainPhases({
      isPending: evaluations.isPending,
      start: options.start?.state ?? null,
      plan,
      phases,
      starts: sources.starts,
      programs,
      dataOf,
      folder,
      checkpoint,
      lastStep,
      afterStepOf: (phase) => [(step, program, logs) => evaluations.measure(phase, step, program, logs.evaluations)],
      observe,
      interrupted,
      readMemory: options.readMemory ?? readFreeMemory,
      newestCheckpoint: () => newestCheckpoint(folder.checkpoints, accepted, arrays),
    });
    return await makeReport(options, engine, { ...prepared, folder, dataOf }, outcome);
  } catch (error) {
    if (error instanceof StepFault) await recordFault(open, error);
    throw error;
  } finally {
    open.release();
  }
}

function noteOtherEngine({ observe }: RunOptions, open: OpenRun, program: Prepared['program']): void {
  if (open.startedWith === null || open.startedWith === program.engine) return;
  observe({
    kind: 'note',
    message: `the run was started with engine ${open.startedWith}: with ${program.engine} the last digits of its losses may differ`,
  });
}

async function recordFault({ folder }: OpenRun, { message, metrics, places }: StepFault): Promise<void> {
  // JSON has no NaN or infinity; as words they say what was seen.
  const said = { ...metrics, loss: String(metrics.loss), gradient_norm: String(metrics.gradient_norm) };
  await writeFileDurably(folder.fault, `${JSON.stringify({ message, ...said, batch: places }, null, 2)}\n`);
}
