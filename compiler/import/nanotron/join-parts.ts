import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../../diagnostics/collector.ts';
import { formatCount } from '../../report/format-number.ts';
import type { ImportedPart, NanotronConfig } from './imported-run.ts';
import { dataKey } from './name-data.ts';

/**
 * The parts of a run in order. A file trains the steps after those of the file before it, up to its `train_steps`, by its own
 * stages, batch, sequence and RoPE theta; a single file is taken for all its steps. `configs` are in the order of their steps.
 */
export function joinParts(configs: readonly NanotronConfig[], collector: DiagnosticCollector): readonly ImportedPart[] {
  const parts = configs.flatMap((config, index) => {
    const before = configs[index - 1]?.trainSteps.value ?? 0;
    const last = config.trainSteps;
    if (last.value <= before) {
      const what = `two files train up to step ${formatCount(last.value)}`;
      const help = 'give the files of one run, each of which goes on where another ends';
      collector.add(diagnose(rows.valueRefused, last.span, { what, help }));
      return [];
    }
    if (index > 0) tellStart(config, configs[index - 1]!, collector);
    const isLast = index === configs.length - 1;
    if (isLast) tellUnreached(config, collector);
    return partsOf(config, before + 1, last.value);
  });
  return withoutSeams(parts);
}

/** Parts of one stage that say the same are one: a run may be interrupted anywhere. */
function withoutSeams(parts: readonly ImportedPart[]): readonly ImportedPart[] {
  const joined: ImportedPart[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (before !== undefined && isSame(before, part))
      joined[joined.length - 1] = { ...before, lastStep: part.lastStep };
    else joined.push(part);
  }
  return joined;
}

function isSame(a: ImportedPart, b: ImportedPart): boolean {
  const setting = ({ stage, sequence, batch, attention, ropeTheta, data }: ImportedPart) => [
    ...[stage.value, sequence, batch, attention, ropeTheta.toFraction()],
    ...data.flatMap((each) => [dataKey(each.data), each.weight.toFraction()]),
  ];
  return JSON.stringify(setting(a)) === JSON.stringify(setting(b));
}

function partsOf(config: NanotronConfig, firstStep: number, lastStep: number): readonly ImportedPart[] {
  const { batch, attention, model, stages } = config;
  return stages.flatMap((stage, index) => {
    const first = Math.max(stage.firstStep, firstStep);
    const last = Math.min((stages[index + 1]?.firstStep ?? lastStep + 1) - 1, lastStep);
    // A stage at step 0 is none of nanotron's: another one begins at step 1, and trains from there.
    if (last < first || last < 1) return [];
    const sequence = stage.sequence ?? config.sequence;
    const own = { batch, attention, ropeTheta: model.ropeTheta, sequence, data: stage.data };
    return [{ ...own, stage: stage.name, firstStep: first, lastStep: last }];
  });
}

/** A later file that nanotron does not begin where the one before it ends. */
function tellStart(config: NanotronConfig, before: NanotronConfig, collector: DiagnosticCollector): void {
  const { resumed, start, trainSteps } = config;
  const end = before.trainSteps.value;
  if (start !== null) {
    const what = `the file begins a run of its own at step 1, from the weights of \`${start}\``;
    const why = 'files given together are parts of one run';
    const help = 'import them one by one: `from = nanotron("…")` joins their recipes';
    collector.add(diagnose(rows.notSayable, trainSteps.span, { what, why, help }));
    return;
  }
  const step = resumed === null ? null : checkpointStep(resumed.value);
  if (resumed !== null && (step === null || step === end)) return;
  const ended = `\`${before.file}\` ends at step ${formatCount(end)}`;
  const data =
    resumed === null
      ? {
          what: `the file has no \`resume_checkpoint_path\`, so nanotron begins at step 1, and ${ended}`,
          help: 'import them one by one if they are runs of their own',
        }
      : {
          what: `the file goes on from the checkpoint of step ${formatCount(step!)}, and ${ended}`,
          help: `give the file whose last step is ${step}, or set \`train_steps: ${step}\` in \`${before.file}\``,
        };
  const instead = `has its settings from step ${formatCount(end + 1)} on`;
  collector.add(diagnose(rows.trainsOtherwise, (resumed ?? trainSteps).span, { ...data, instead }));
}

/** The step of a checkpoint, whose folder nanotron names by it; null where the path ends otherwise. */
function checkpointStep(path: string): number | null {
  const step = Number(/(?:^|[\\/])(\d+)[\\/]*$/.exec(path)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(step) ? step : null;
}

/** Stages that training ends before. */
function tellUnreached({ stages, trainSteps }: NanotronConfig, collector: DiagnosticCollector): void {
  for (const { name, firstStep } of stages) {
    if (firstStep <= trainSteps.value) continue;
    const what = `stage \`${name.value}\` begins at step ${formatCount(firstStep)}, after the last one (${formatCount(trainSteps.value)})`;
    const data = { what, instead: 'leaves it out', help: 'raise `train_steps`, or remove the stage' };
    collector.add(diagnose(rows.trainsOtherwise, name.span, data));
  }
}
