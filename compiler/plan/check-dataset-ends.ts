import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/row-epochs.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedDataset, ResolvedDpo, ResolvedPhase, ResolvedRecipe, ResolvedSft } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import { checkKnownSizes } from './check-exhaustion.ts';
import { epochLimit } from './plan-datasets.ts';
import { tuningShares } from './tuning-shares.ts';

type Tuning = ResolvedSft | ResolvedDpo;

/** Names of datasets, each with the ids that count against it, and the id of each. */
export interface DatasetGroups {
  readonly ids: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Names of the datasets that phases of post-training read, and no pretraining: they are read in rows, by `epochs` or `steps`. */
function readInRowsOnly(recipe: ResolvedRecipe, { ids, groups }: DatasetGroups): ReadonlySet<string> {
  const [inTokens, inRows] = [new Set<string>(), new Set<string>()];
  for (const phase of [...recipe.phases, ...recipe.tuning, ...armPhases(recipe)]) {
    const isPretrain = phase.kind === 'pretrain';
    const shares = isPretrain ? phase.stages.flatMap((stage) => stage.shares) : tuningShares(phase);
    for (const { dataset } of shares) (isPretrain ? inTokens : inRows).add(ids.get(dataset)!);
  }
  const reads = (name: string, read: ReadonlySet<string>) => [...groups.get(name)!].some((id) => read.has(id));
  const names = recipe.datasets.map(({ name }) => name);
  return new Set(names.filter((name) => reads(name, inRows) && !reads(name, inTokens)));
}

function armPhases({ ablations }: ResolvedRecipe): readonly ResolvedPhase[] {
  return ablations.flatMap(({ arms }) => arms.map(({ phase }) => phase));
}

/**
 * Rules for the ends of datasets that can be judged before phases are planned. Pretraining needs a size in tokens for them. In
 * post-training `never` and `error` hold, against the epochs of all its phases together or of an arm alone; `stop` and
 * `redistribute` are for pretraining, which draws by shares until data ends.
 */
export function checkDatasetEnds(recipe: ResolvedRecipe, groups: DatasetGroups, collector: DiagnosticCollector): void {
  const inRows = readInRowsOnly(recipe, groups);
  checkKnownSizes(recipe.datasets, inRows, collector);
  const arms = armPhases(recipe).flatMap((phase) => (phase.kind === 'pretrain' ? [] : [[phase]]));
  for (const dataset of recipe.datasets) {
    const { name, nameSpan, onExhaustion } = dataset;
    const { origin, value } = onExhaustion;
    const span = writtenSpan(origin) ?? nameSpan;
    if (value === 'error')
      for (const run of [recipe.tuning, ...arms]) checkEpochs(dataset, run, { ...groups, collector });
    else if (value !== 'repeat' && inRows.has(name))
      collector.add(diagnose(rows.ruleForTokens, span, { dataset: name, policy: value }));
  }
}

function checkEpochs(
  dataset: ResolvedDataset,
  run: readonly Tuning[],
  { ids, groups, collector }: DatasetGroups & { readonly collector: DiagnosticCollector },
): void {
  const group = groups.get(dataset.name)!;
  const limit = epochLimit(dataset);
  let epochs = new Fraction(0);
  for (const phase of run) {
    const share = tuningShares(phase)
      .filter((part) => group.has(ids.get(part.dataset)!))
      .reduce((sum, part) => sum.add(part.share), new Fraction(0));
    if (share.equals(0)) continue;
    const read = epochsOf(phase, share, dataset);
    if (read === null) continue;
    epochs = epochs.add(read);
    if (epochs.lte(limit)) continue;
    const span = writtenSpan(phase.length.origin) ?? phase.span;
    const related = [{ span: dataset.nameSpan, label: '' }];
    const data = { dataset: dataset.name, phase: phase.name, epochs: epochs.valueOf(), limit };
    collector.add(diagnose(rows.rowsRepeated, span, data, { related }));
    return;
  }
}

/** Epochs as they are written; of steps, what they hold over what there is. Null where that is unknown. */
function epochsOf(
  phase: Tuning,
  share: Fraction,
  { sizeRows, sizeTokens, holdoutRows }: ResolvedDataset,
): Fraction | null {
  const { value } = phase.length;
  if (value.unit === 'epochs') return value.amount;
  const sequences = share.mul(value.amount).mul(phase.batchSequences.value);
  if (phase.kind === 'sft' && phase.packing.value) {
    return sizeTokens === null ? null : sequences.mul(phase.sequence.value).div(sizeTokens.value);
  }
  const size = (sizeRows?.value ?? 0) - holdoutRows.value;
  return size > 0 ? sequences.div(size) : null;
}
