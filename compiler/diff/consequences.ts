import type { Plan, PlanDataset } from '../plan/types.ts';
import type { Consequence, Quantity } from './types.ts';

export function consequence(quantity: Quantity, old: number | null, next: number | null): Consequence {
  return { quantity, old, new: next, limit: null, aligned_with: null };
}

/** Those in which something changes. */
export function changed(consequences: readonly Consequence[]): readonly Consequence[] {
  return consequences.filter((each) => each.old !== each.new);
}

/** Epochs of a dataset over the whole run, with its limit where the new side passes it. */
export function epochsOf(old: PlanDataset | null, next: PlanDataset | null): Consequence {
  const epochs = (dataset: PlanDataset | null, other: PlanDataset | null) => {
    if (dataset !== null) return dataset.epochs === null ? null : Number(dataset.epochs);
    return other?.epochs === null ? null : 0;
  };
  const after = epochs(next, old);
  const limit = next !== null && after !== null && after > next.epoch_limit ? next.epoch_limit : null;
  return { ...consequence('epochs', epochs(old, next), after), limit };
}

/** What so many tokens of a run cost, by its own totals; null where they are unknown. */
export function costOf(plan: Plan, tokens: number): number | null {
  const { cost_usd, tokens: all } = plan.totals as { readonly cost_usd: number | null; readonly tokens: number };
  return cost_usd === null || all === 0 ? null : (cost_usd * tokens) / all;
}

/** The totals of two plans, those that either of them knows. */
export function totalsOf(old: Plan, next: Plan): readonly Consequence[] {
  const read = ({ totals, model }: Plan) => {
    const { gpu_hours, cost_usd } = totals as { readonly gpu_hours: number | null; readonly cost_usd: number | null };
    return [
      ['tokens', totals.tokens],
      ['steps', totals.steps],
      ['parameters', model.parameters],
      ['flops', Number(totals.flops)],
      ['gpu_hours', gpu_hours],
      ['cost_usd', cost_usd],
      ['checkpoint_bytes', totals.checkpoint_bytes],
    ] as const;
  };
  const after = read(next);
  return read(old)
    .map(([quantity, value], i) => consequence(quantity, value, after[i]![1]))
    .filter((each) => each.old !== null || each.new !== null);
}
