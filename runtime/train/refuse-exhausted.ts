import type { Plan } from '../../compiler/plan/index.ts';
import { DataError } from '../data/data-error.ts';
import type { PreparedDataset } from '../data/types.ts';

/**
 * Refuses a run that would read a dataset again which must not be: the plan counts on a stated size, and the counted one is
 * less. Within three sequences, as far as the sampler's counts may be off, it is as planned. Throws DataError.
 */
export function refuseExhausted(plan: Plan, prepared: readonly Pick<PreparedDataset, 'id' | 'training'>[]): void {
  const longest = Math.max(...plan.phases.flatMap(({ segments }) => segments.map(({ sequence }) => sequence)), 0);
  const counted = new Map(prepared.map(({ id, training }) => [id, training.tokenCount]));
  for (const { id, name, on_exhaustion, planned_tokens, epoch_limit, size_tokens } of plan.datasets) {
    const tokens = counted.get(id);
    if (tokens === undefined || on_exhaustion === undefined) continue;
    if (planned_tokens <= epoch_limit * tokens + 3 * longest) continue;
    const times = epoch_limit === 1 ? 'more than once' : `more than ${epoch_limit} times`;
    const stated = size_tokens === null ? 'its size is not stated' : `${count(size_tokens)} are stated`;
    throw new DataError(
      `\`${name}\` would be read ${times}, which \`on_exhaustion = ${on_exhaustion}\` rules out: it has ${count(tokens)} tokens to train on (${stated}), and ${count(planned_tokens)} are planned`,
      `correct \`size\` in the dataset, or run \`smol lock\`, which counts it: the plan then knows where it runs out`,
    );
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
