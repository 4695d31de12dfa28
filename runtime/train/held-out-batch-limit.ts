import type { PlanModel } from '../../compiler/plan/index.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';

/** A mean over 32 batches of 512 tokens is right within some hundredths of a nat. */
const MOST_BATCHES = 32;
const LEAST_BATCHES = 2;

/** Operations of one measurement over all datasets: the quickstart's 32 batches of each, some seconds on two cores. */
const MOST_OPERATIONS = 6e11;

/**
 * Batches of each of `datasets` held-out parts that a measurement is over, at most: fewer of a large model, so that measuring
 * costs about the same whatever the model, but two at least. The forward pass counts two operations for each parameter and
 * token. It looks at nothing but the plan, so every measurement of a run with this shape is over the same batches.
 */
export function heldOutBatchLimit(model: PlanModel, shape: StepShape, datasets: number): number {
  return Math.min(MOST_BATCHES, Math.max(LEAST_BATCHES, affordableBatches(model, shape, datasets)));
}

/** Whether a measurement is over the least number of batches, because more cost too much: it takes as long as some steps. */
export function isMeasuringCostly(model: PlanModel, shape: StepShape, datasets: number): boolean {
  return affordableBatches(model, shape, datasets) <= LEAST_BATCHES;
}

function affordableBatches(model: PlanModel, { sequences, sequence }: StepShape, datasets: number): number {
  const operations = 2 * countParameters(parameterLayout(model)) * sequences * sequence;
  return Math.floor(MOST_OPERATIONS / (datasets * operations));
}
