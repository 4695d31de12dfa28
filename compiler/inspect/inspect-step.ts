import Fraction from 'fraction.js';
import { phaseCursors } from '../plan/sampler/phase-cursors.ts';
import { createRunSampler, type RunSampler } from '../plan/sampler/run-sampler.ts';
import { createWindowOrder } from '../plan/sampler/window-order.ts';
import { learningRate } from '../plan/schedule.ts';
import type { Plan, PlanDataset, PlanPhase, PlanSegment } from '../plan/types.ts';
import type { InspectedShare, InspectedSlot, StepInspection } from './types.ts';

export interface InspectOptions {
  /** Only this slot of the batch; null for all. */
  readonly slot?: number | null;
  /** Windows of a length that a dataset's data holds, as a run counted them; null where there is no data. */
  readonly windows?: (datasetId: string, sequence: number) => number | null;
}

/** The step or slot is none of the plan's; `help` says which there are. */
export class NoSuchStep extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.name = 'NoSuchStep';
    this.help = help;
  }
}

/**
 * What step `step` (1-based, over all phases) does, in constant time for any step of any run. Throws `NoSuchStep` for one
 * outside the run or in a phase without segments, and for a slot outside the batch.
 */
export function inspectStep(plan: Plan, step: number, { slot = null, windows }: InspectOptions = {}): StepInspection {
  const { phase, index, before } = phaseOf(plan, step);
  const inside = step - before.steps;
  const sampler = createRunSampler(phase, plan.seed, phaseCursors(plan, index));
  const segment = sampler.segmentAt(inside);
  const { sequence, batch_sequences, rope_theta, attention } = segment;
  const stage = phase.stages.find(({ first_step, last_step }) => inside >= first_step && inside <= last_step)!;
  const { name, from_tokens, to_tokens, first_step, last_step } = stage;
  const reading = { plan, sampler, segment, step: inside };
  const batch = sampler.batches(inside).next().value as readonly { datasetId: string; draw: number }[];
  return {
    recipe: plan.recipe,
    profile: plan.profile,
    plan: plan.hash,
    step,
    steps: plan.totals.steps,
    phase: { name: phase.name, step: inside, steps: phase.steps },
    stage: { name, from_tokens, to_tokens, first_step, last_step },
    tokens_before: before.tokens + tokensBefore(phase, inside),
    tokens: sequence * batch_sequences,
    learning_rate: learningRate(phase.schedule, inside),
    sequence,
    batch_sequences,
    rope_theta,
    attention,
    shares: sharesOf(reading, batch),
    slots: slotsOf(plan, batch, { slot, windows: (id) => windows?.(id, sequence) ?? null, sequence }),
  };
}

/** The phase that holds a step, and what the run has done before the phase. */
function phaseOf(plan: Plan, step: number) {
  const steps = plan.phases.reduce((sum, phase) => sum + phase.steps, 0);
  if (!Number.isSafeInteger(step) || step < 1 || step > steps) {
    throw new NoSuchStep(`there is no step ${step}`, `the run has steps 1 to ${steps.toLocaleString('en-US')}`);
  }
  const before = { steps: 0, tokens: 0 };
  const index = plan.phases.findIndex((phase) => {
    if (step <= before.steps + phase.steps) return true;
    before.steps += phase.steps;
    before.tokens += tokensBefore(phase, phase.steps + 1);
    return false;
  });
  const phase = plan.phases[index]!;
  if (phase.segments.length > 0) return { phase, index, before };
  throw new NoSuchStep(
    `step ${step} is in \`${phase.name}\`, which reads rows and not windows of tokens`,
    'give a step of a `pretrain` phase; `smol preview` shows rows',
  );
}

/** Tokens that a phase trains before a step of it. */
function tokensBefore({ segments }: PlanPhase, step: number): number {
  return segments.reduce((sum, { first_step, last_step, sequence, batch_sequences }) => {
    const steps = Math.min(step - 1, last_step) - first_step + 1;
    return sum + Math.max(0, steps) * sequence * batch_sequences;
  }, 0);
}

interface Reading {
  readonly plan: Plan;
  readonly sampler: RunSampler;
  readonly segment: PlanSegment;
  readonly step: number;
}

function sharesOf(
  { plan, sampler, segment, step }: Reading,
  batch: readonly { readonly datasetId: string }[],
): readonly InspectedShare[] {
  const shares = segment.shares.map(({ dataset_id, share }) => {
    const { name, size_tokens } = datasetOf(plan, dataset_id);
    const tokens_read = sampler.tokensReadBefore(step, dataset_id);
    return {
      dataset: name,
      share,
      sequences: batch.filter(({ datasetId }) => datasetId === dataset_id).length,
      tokens_read,
      epochs_read: size_tokens === null ? null : tokens_read / size_tokens,
    };
  });
  const order = (share: InspectedShare) => new Fraction(share.share);
  return shares.sort((a, b) => order(b).compare(order(a)) || (a.dataset < b.dataset ? -1 : 1));
}

function slotsOf(
  plan: Plan,
  batch: readonly { readonly datasetId: string; readonly draw: number }[],
  {
    slot,
    windows,
    sequence,
  }: { readonly slot: number | null; readonly windows: (id: string) => number | null; readonly sequence: number },
): readonly InspectedSlot[] {
  if (slot !== null && batch[slot] === undefined) {
    throw new NoSuchStep(`the batch has no slot ${slot}`, `it has slots 0 to ${batch.length - 1}`);
  }
  const place = createWindowOrder(plan.seed);
  return batch.flatMap(({ datasetId, draw }, number) => {
    if (slot !== null && number !== slot) return [];
    const { name, order } = datasetOf(plan, datasetId);
    const count = windows(datasetId);
    const at = count === null ? null : place({ datasetId, draw, windows: count, sequence, order });
    return [{ slot: number, dataset: name, draw, epoch: at?.epoch ?? null, window: at?.window ?? null }];
  });
}

/** The first name of an id is the one that is shown. */
function datasetOf(plan: Plan, id: string): PlanDataset {
  return plan.datasets.find((dataset) => dataset.id === id)!;
}
