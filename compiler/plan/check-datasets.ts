import Fraction from 'fraction.js';
import type { Span } from '../../grammar/index.ts';
import {
  lessThanOneSequence,
  type Repetition,
  readTooOften,
  repeatedNever,
  smallerThanSequence,
  unknownSize,
} from '../diagnostics/catalogue/plan.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedDataset, ResolvedRecipe } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import { formatEpochs, formatTokens } from '../report/format-number.ts';
import { isEndUnknown } from './check-exhaustion.ts';
import { positionOf } from './consumption.ts';
import { epochLimit, tokensOfEpochs } from './plan-datasets.ts';
import type { PlannedPhase } from './plan-phase.ts';
import type { PlanDataset } from './types.ts';

/** What the checks need of a planned run. */
export interface PlannedRun {
  readonly recipe: ResolvedRecipe;
  readonly phases: readonly PlannedPhase[];
  readonly datasets: readonly PlanDataset[];
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Repetition above its limit, shares too small to be read, sizes that are unknown. Datasets that are not read are not spoken of. */
export function checkDatasets(run: PlannedRun, collector: DiagnosticCollector): void {
  checkSmallShares(run, collector);
  const known = new Map(run.datasets.map((dataset) => [dataset.name, dataset]));
  const unknown: ResolvedDataset[] = [];
  const read = readIds(run);
  const slack = roundingSlack(run);
  for (const dataset of run.recipe.datasets) {
    const planned = known.get(dataset.name)!;
    // A stage names the dataset or one derived from it; a share may still be too small for a sequence.
    if (![...run.groups.get(dataset.name)!].some((id) => read.has(id))) continue;
    if (isTooSmall(run, dataset, planned, collector)) continue;
    if (planned.size_tokens === null && isEndUnknown(dataset)) continue;
    if (planned.size_tokens === null) unknown.push(dataset);
    else checkRepetition(run, { dataset, planned, slack }, collector);
  }
  const [first, ...others] = unknown;
  if (first === undefined) return;
  const related = others.map(({ nameSpan }) => ({ span: nameSpan, label: '' }));
  collector.add(diagnose(unknownSize, first.nameSpan, { datasets: unknown.map(({ name }) => name) }, { related }));
}

/** A dataset that does not fill one window of its longest sequence and the token after it: a run would refuse it. */
function isTooSmall(
  { phases }: PlannedRun,
  { name, nameSpan, sizeTokens }: ResolvedDataset,
  { id, size_tokens: size }: PlanDataset,
  collector: DiagnosticCollector,
): boolean {
  if (size === null) return false;
  const segments = phases.flatMap(({ phase }) => phase.segments);
  const longest = segments
    .filter(({ sequence, shares }) => sequence >= size && shares.some(({ dataset_id }) => dataset_id === id))
    .reduce((most, { sequence }) => Math.max(most, sequence), 0);
  if (longest === 0) return false;
  const span = (sizeTokens && writtenSpan(sizeTokens.origin)) ?? nameSpan;
  collector.add(diagnose(smallerThanSequence, span, { dataset: name, size, sequence: longest }));
  return true;
}

/** Ids of what stages name. */
function readIds({ phases }: PlannedRun): ReadonlySet<string> {
  const read = new Set<string>();
  for (const { phase } of phases)
    for (const { shares } of phase.segments) for (const { dataset_id } of shares) read.add(dataset_id);
  return read;
}

/** A dataset that is read, and by how many tokens rounding may pass its limit. */
interface Judged {
  readonly dataset: ResolvedDataset;
  readonly planned: PlanDataset;
  readonly slack: number;
}

function checkRepetition(run: PlannedRun, { dataset, planned, slack }: Judged, collector: DiagnosticCollector): void {
  const size = planned.size_tokens!;
  const limit = epochLimit(dataset);
  const allowed = tokensOfEpochs(limit, size);
  const isError = dataset.onExhaustion.value === 'error';
  if (planned.planned_tokens <= allowed + (isError ? 0 : slack)) return;
  const group = run.groups.get(dataset.name)!;
  const reached = positionOf(run.phases, group, allowed);
  const data: Repetition = {
    dataset: dataset.name,
    size,
    limit,
    enough: Math.max(1, Math.ceil((planned.planned_tokens - slack) / size)),
    epochs: planned.planned_tokens / size,
    at: reached && {
      tokens: reached.tokens,
      step: reached.step,
      phase: run.phases.length === 1 ? null : run.phases[reached.phase]!.phase.name,
    },
    rounded: isError
      ? roundedUp(run, { group, most: allowed + slack, excess: planned.planned_tokens - allowed })
      : null,
  };
  const [first, ...others] = readings(run, group, size, dataset.name);
  const declared = { span: dataset.nameSpan, label: `${formatTokens(size)} tokens` };
  const related = [...others, declared];
  const row = isError ? repeatedNever : readTooOften;
  const made = diagnose(row, first?.span ?? dataset.nameSpan, data, { related: first === undefined ? [] : related });
  collector.add({ ...made, label: first?.label ?? null });
}

/** Rounding stages to whole steps may add half a step to each; a limit passed by no more than that is kept. */
function roundingSlack({ phases }: PlannedRun): number {
  return phases
    .flatMap(({ phase }) => phase.stages)
    .reduce((sum, { sequence, batch_sequences }) => sum + (sequence * batch_sequences) / 2, 0);
}

/** How far a group is passed where its shares ask for at most `most` tokens, and what would end it in time; else null. */
function roundedUp(
  { phases, datasets }: PlannedRun,
  { group, most, excess }: { readonly group: ReadonlySet<string>; readonly most: number; readonly excess: number },
): Repetition['rounded'] {
  const strict = new Set(datasets.flatMap(({ id, on_exhaustion }) => (on_exhaustion === undefined ? [] : [id])));
  let asked = 0;
  let hasTakers = true;
  const segments = phases.flatMap(({ phase }) => phase.segments);
  for (const { first_step, last_step, sequence, batch_sequences, shares } of segments) {
    const own = shares.filter(({ dataset_id }) => group.has(dataset_id));
    const tokens = (last_step - first_step + 1) * sequence * batch_sequences;
    asked += own.reduce((sum, { share }) => sum + new Fraction(share).valueOf() * tokens, 0);
    const others = shares.filter(({ dataset_id }) => !group.has(dataset_id));
    if (own.length > 0) hasTakers &&= others.some(({ dataset_id }) => !strict.has(dataset_id));
  }
  return asked > most ? null : { excess, way: hasTakers ? 'redistribute' : 'stop' };
}

/** Every place where stages read a group, with what they read. */
function readings(
  run: PlannedRun,
  group: ReadonlySet<string>,
  size: number,
  name: string,
): readonly { readonly span: Span; readonly label: string }[] {
  const ids = new Map(run.datasets.map((dataset) => [dataset.name, dataset.id]));
  return run.phases.flatMap(({ resolved, phase }) =>
    resolved.stages.flatMap((stage, i) =>
      phase.stages[i]!.mixture.filter((share) => group.has(ids.get(share.dataset)!)).map((share) => {
        const written = stage.shares.find(({ dataset }) => dataset === share.dataset) ?? { span: stage.nameSpan };
        const through = share.dataset === name ? '' : ` through \`${share.dataset}\``;
        const epochs = formatEpochs(share.tokens / size);
        const label = `stage ${stage.name}${through}: ${formatTokens(share.tokens)} tokens, ${epochs} epochs`;
        return { span: written.span, label };
      }),
    ),
  );
}

function checkSmallShares({ phases }: PlannedRun, collector: DiagnosticCollector): void {
  for (const { resolved, phase } of phases) {
    for (const [i, stage] of resolved.stages.entries()) {
      const { steps, batch_sequences, sequence, name } = phase.stages[i]!;
      for (const { dataset, share, span } of stage.shares) {
        const expected = share.valueOf() * steps * batch_sequences;
        if (expected >= 1) continue;
        collector.add(diagnose(lessThanOneSequence, span, { dataset, stage: name, expected, sequence }));
      }
    }
  }
}
