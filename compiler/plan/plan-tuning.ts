import Fraction from 'fraction.js';
import { rowsUnknown } from '../diagnostics/catalogue/plan.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedDataset, ResolvedDpo, ResolvedSft } from '../normalize/types.ts';
import { exactText } from './exact.ts';
import { type PhaseSteps, placeSchedule } from './place-schedule.ts';
import { countedSteps, planCheckpoint, planOptimizer, planStart } from './plan-training.ts';
import { tuningShares } from './tuning-shares.ts';
import type { PlanPhase, PlanTuning } from './types.ts';

/** What a phase of post-training is planned with. */
export interface TuningScope {
  readonly datasets: ReadonlyMap<string, ResolvedDataset>;
  readonly ids: ReadonlyMap<string, string>;
  /** The phases before it, by name. */
  readonly placed: ReadonlyMap<string, PhaseSteps>;
}

export interface PlannedTuning {
  readonly resolved: ResolvedSft | ResolvedDpo;
  readonly placed: PhaseSteps;
  readonly phase: PlanPhase;
}

/**
 * Plans a phase of post-training: steps = ceil(rows x epochs / batch), nothing dropped; packed, sequences = ceil(tokens x
 * epochs / sequence) in place of rows. Null where they cannot be counted, which is then said.
 */
export function planTuning(
  resolved: ResolvedSft | ResolvedDpo,
  scope: TuningScope,
  collector: DiagnosticCollector,
): PlannedTuning | null {
  const steps = stepsOf(resolved, scope);
  if (steps === null) {
    const packed = isPacked(resolved);
    collector.add(
      diagnose(rowsUnknown, resolved.data.span, { phase: resolved.name, dataset: dataName(resolved), packed }),
    );
    return null;
  }
  const placed = countedSteps(steps);
  const perStep = isPacked(resolved) ? resolved.batchSequences.value * resolved.sequence.value : null;
  const { length } = resolved;
  const phase: PlanPhase = {
    kind: resolved.kind,
    name: resolved.name,
    steps,
    asked_tokens: null,
    tokens: perStep === null ? null : perStep * steps,
    tokens_per_step: perStep,
    rows: rowsOf(resolved, scope),
    epochs: length.value.unit === 'epochs' ? exactText(length.value.amount) : null,
    from: planStart(resolved.from.value, scope.placed),
    precision: resolved.precision.value,
    recompute: resolved.recompute.value,
    optimizer: planOptimizer(resolved.optimizer),
    clip_norm: resolved.clipNorm.value,
    schedule: placeSchedule(resolved.schedule, placed),
    checkpoint: planCheckpoint(resolved, placed),
    on_spike: null,
    stages: [],
    segments: [],
    tuning: tuningOf(resolved, scope),
  };
  return { resolved, placed, phase };
}

function isPacked(resolved: ResolvedSft | ResolvedDpo): boolean {
  return resolved.kind === 'sft' && resolved.packing.value;
}

function dataName({ data }: ResolvedSft | ResolvedDpo): string {
  return data.kind === 'dataset' ? data.dataset : data.mixture;
}

function stepsOf(resolved: ResolvedSft | ResolvedDpo, scope: TuningScope): number | null {
  const { value } = resolved.length;
  if (value.unit === 'steps') return value.amount;
  const batch = resolved.batchSequences.value;
  if (!isPacked(resolved)) return stepsFor(rowsOf(resolved, scope), value.amount, batch);
  const tokens = datasetOf(resolved, scope)?.sizeTokens?.value ?? null;
  return stepsFor(tokens, value.amount, batch * resolved.sequence.value);
}

function stepsFor(count: number | null, epochs: Fraction, batch: number): number | null {
  return count === null ? null : Number(new Fraction(count).mul(epochs).div(batch).ceil().valueOf());
}

function datasetOf({ data }: ResolvedSft | ResolvedDpo, { datasets }: TuningScope): ResolvedDataset | null {
  return data.kind === 'dataset' ? (datasets.get(data.dataset) ?? null) : null;
}

/** Rows that are trained on: those held out are not. */
function rowsOf(resolved: ResolvedSft | ResolvedDpo, scope: TuningScope): number | null {
  const dataset = datasetOf(resolved, scope);
  const rows = dataset?.sizeRows?.value ?? null;
  return rows === null ? null : Math.max(0, rows - dataset!.holdoutRows.value);
}

function tuningOf(resolved: ResolvedSft | ResolvedDpo, { ids }: TuningScope): PlanTuning {
  const isSft = resolved.kind === 'sft';
  return {
    data: tuningShares(resolved).map(({ dataset, share }) => ({
      dataset,
      dataset_id: ids.get(dataset)!,
      share: exactText(share),
    })),
    sequence: resolved.sequence.value,
    batch_sequences: resolved.batchSequences.value,
    too_long: resolved.tooLong.value,
    chat: resolved.chat.value,
    loss_on: isSft ? resolved.lossOn.value : null,
    packing: isSft ? resolved.packing.value : null,
    attention: isSft ? resolved.attention.value : null,
    max_untrained: isSft ? exactText(resolved.maxUntrained.value) : null,
    beta: isSft ? null : resolved.beta.value,
    max_prompt: isSft ? null : (resolved.maxPrompt?.value ?? null),
    loss: isSft ? null : resolved.loss.value,
    length_normalised: isSft ? null : resolved.lengthNormalised.value,
    reference: isSft ? null : resolved.reference.value,
  };
}
