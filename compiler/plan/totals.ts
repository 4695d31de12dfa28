import { checkpointTotals } from './checkpoint-totals.ts';
import { costOf } from './cost.ts';
import { attentionFlops, weightFlops } from './model-size.ts';
import type { PlanCluster, PlanModel, PlanPhase, PlanTotals } from './types.ts';

/** Sums over phases; tokens, operations and cost of those whose tokens are known. */
export function totalsOf(model: PlanModel, phases: readonly PlanPhase[], cluster: PlanCluster | null): PlanTotals {
  const tokens = phases.reduce((sum, phase) => sum + (phase.tokens ?? 0), 0);
  const attention = phases.reduce((sum, phase) => sum + attentionOf(model, phase), 0n);
  const flops = weightFlops(model.parameters, tokens);
  return {
    tokens,
    steps: phases.reduce((sum, { steps }) => sum + steps, 0),
    flops: flops.toString(),
    attention_flops: attention.toString(),
    ...costOf(flops, cluster),
    ...checkpointTotals(model, phases),
  };
}

function attentionOf(model: PlanModel, { stages, tuning, tokens }: PlanPhase): bigint {
  if (tuning !== null) return attentionFlops(model, tuning.sequence, tokens ?? 0);
  return stages.reduce((sum, stage) => sum + attentionFlops(model, stage.sequence, stage.tokens), 0n);
}
