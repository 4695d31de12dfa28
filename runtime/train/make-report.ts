import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import type { DataRecord } from '../run-folder/data-record.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSkips } from '../run-folder/skip-record.ts';
import { readStepLog } from '../run-folder/step-log.ts';
import type { PreparedTuning } from '../tuning/prepared-tuning.ts';
import type { PhasePrograms } from './phase-programs.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPhase } from './run-phases.ts';
import type { HeldOutReport, RunReport, TextSample } from './run-report.ts';
import { segmentAt } from './step-position.ts';
import type { PhasesOutcome } from './train-phases.ts';
import type { TrainingData } from './training-data.ts';
import type { HeldOutLoss } from './training-event.ts';
import { writeAnswers } from './write-answers.ts';
import { writeSamples } from './write-samples.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly phases: readonly RunPhase[];
  readonly tokenizer: TextTokenizer;
  readonly datasets: readonly PreparedDataset[];
  readonly record: DataRecord;
  readonly programs: PhasePrograms;
  readonly tunings: ReadonlyMap<number, PreparedTuning>;
  readonly dataOf: (phase: RunPhase) => TrainingData;
  readonly folder: RunFolder;
}

/** What a run leaves to read: losses before and after each phase, and a little text of a finished run's model. */
export async function makeReport(
  options: RunOptions,
  engine: RunEngine,
  parts: ReportParts,
  { ended, step, phase }: PhasesOutcome,
): Promise<RunReport> {
  const { engine: name, compiled } = await parts.programs.of(phase);
  return {
    ended,
    engine: name,
    compiled,
    folder: parts.folder.path,
    step,
    steps: parts.phases.at(-1)!.end,
    tokens: tokensTrained(parts, step),
    skips: readSkips(parts.folder.skips),
    heldOut: heldOutReports(parts, readStepLog<HeldOutLoss>(parts.folder.heldOut)),
    evaluations: readStepLog<EvaluationLine>(parts.folder.evaluations),
    samples: ended === 'finished' ? await samples(options, engine, parts, phase, step) : [],
  };
}

/** Tokens that the steps up to one of the run were trained on. */
function tokensTrained({ phases, dataOf }: ReportParts, step: number): number {
  const begun = phases.filter(({ before }) => before < step);
  return begun.reduce((sum, phase) => sum + dataOf(phase).tokensThrough(Math.min(step, phase.end) - phase.before), 0);
}

/** By phase, the datasets that were measured in it; of a phase that has not begun, what it would measure. */
function heldOutReports({ record, phases, dataOf }: ReportParts, lines: readonly HeldOutLoss[]): HeldOutReport[] {
  return phases.flatMap((placed): HeldOutReport[] => {
    const { phase } = placed;
    if (phase.tuning !== null) {
      return dataOf(placed).heldOut.map(({ dataset }) => ({
        ...lossesOf(lines, placed, dataset),
        unigramEntropy: null,
      }));
    }
    const read = new Set(phase.segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
    return record.datasets.flatMap(({ id, name, unigram_entropy }) => {
      if (!read.has(id)) return [];
      return { ...lossesOf(lines, placed, name), unigramEntropy: unigram_entropy };
    });
  });
}

function lossesOf(lines: readonly HeldOutLoss[], { phase, before }: RunPhase, dataset: string) {
  const measured = lines.filter((line) => line.phase === phase.name && line.dataset === dataset);
  return {
    phase: phase.name,
    dataset,
    before: measured.find(({ step }) => step === before)?.loss ?? null,
    after: measured.findLast(({ step }) => step > before)?.loss ?? null,
  };
}

async function samples(
  { plan }: RunOptions,
  engine: RunEngine,
  { datasets, tokenizer, programs, tunings }: ReportParts,
  phase: RunPhase,
  step: number,
): Promise<TextSample[]> {
  const tuning = tunings.get(phase.index);
  const canStart = tuning ? tuning.prompts.length > 0 : datasets.some(({ heldOut }) => heldOut.tokenCount > 0);
  if (!canStart) return [];
  const program = await programs.of(phase);
  const parameters = await program.readParameters();
  const { rope_theta: ropeTheta } = segmentAt(phase.phase, step - phase.before);
  const decoder = await engine.createDecoder({
    model: plan.model,
    ropeTheta,
    capacity: tuning ? plan.model.context : sampleCapacity(plan.model.context),
    parameters,
  });
  try {
    return tuning
      ? await writeAnswers(plan, tuning.prompts, tokenizer, decoder)
      : await writeSamples(plan, datasets, tokenizer, decoder);
  } finally {
    decoder.dispose();
  }
}

/** A sample is short: a cache for the whole context would only take memory and time. */
function sampleCapacity(context: number): number {
  return Math.min(context, 96);
}
