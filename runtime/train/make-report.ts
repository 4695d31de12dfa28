import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import type { DataRecord } from '../run-folder/data-record.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSkips } from '../run-folder/skip-record.ts';
import { readStepLog } from '../run-folder/step-log.ts';
import type { PhasePrograms } from './phase-programs.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPhase } from './run-phases.ts';
import type { HeldOutReport, RunReport, TextSample } from './run-report.ts';
import { segmentAt, tokensThrough } from './step-position.ts';
import type { PhasesOutcome } from './train-phases.ts';
import type { HeldOutLoss } from './training-event.ts';
import { writeSamples } from './write-samples.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly phases: readonly RunPhase[];
  readonly tokenizer: TextTokenizer;
  readonly datasets: readonly PreparedDataset[];
  readonly record: DataRecord;
  readonly programs: PhasePrograms;
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
    tokens: phase.tokensBefore + tokensThrough(phase.phase, step - phase.before),
    skips: readSkips(parts.folder.skips),
    heldOut: heldOutReports(parts, readStepLog<HeldOutLoss>(parts.folder.heldOut)),
    samples: ended === 'finished' ? await samples(options, engine, parts, phase, step) : [],
  };
}

/** By phase, the datasets that were measured in it; of a phase that has not begun, what it would measure. */
function heldOutReports({ record, phases }: ReportParts, lines: readonly HeldOutLoss[]): HeldOutReport[] {
  return phases.flatMap(({ phase, before }) => {
    const read = new Set(phase.segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
    return record.datasets.flatMap(({ id, name, unigram_entropy }) => {
      if (!read.has(id)) return [];
      const measured = lines.filter((line) => line.phase === phase.name && line.dataset === name);
      return {
        phase: phase.name,
        dataset: name,
        before: measured.find(({ step }) => step === before)?.loss ?? null,
        after: measured.findLast(({ step }) => step > before)?.loss ?? null,
        unigramEntropy: unigram_entropy,
      };
    });
  });
}

async function samples(
  { plan }: RunOptions,
  engine: RunEngine,
  { datasets, tokenizer, programs }: ReportParts,
  phase: RunPhase,
  step: number,
): Promise<TextSample[]> {
  if (datasets.every(({ heldOut }) => heldOut.tokenCount === 0)) return [];
  const program = await programs.of(phase);
  const { parameters } = await program.readState();
  const { rope_theta: ropeTheta } = segmentAt(phase.phase, step - phase.before);
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
