import type { Plan } from '../types.ts';
import { createRunSampler, type RunSamplerOptions } from './run-sampler.ts';

/** Where the sampler of a phase (by its place in the plan) begins: its cursors where the phases before it left them. */
export function phaseCursors(plan: Plan, index: number): RunSamplerOptions {
  const ids = [...new Set(plan.datasets.map(({ id }) => id))];
  let tokensRead: ReadonlyMap<string, number> = new Map();
  for (const [i, phase] of plan.phases.slice(0, index).entries()) {
    if (phase.segments.length === 0) continue;
    const sampler = createRunSampler(phase, plan.seed, { ordinal: ordinalOf(plan, i), tokensRead });
    tokensRead = new Map(ids.map((id) => [id, sampler.tokensReadBefore(phase.steps + 1, id)]));
  }
  return { ordinal: ordinalOf(plan, index), tokensRead };
}

/** Phases of its kind before it. */
function ordinalOf({ phases }: Plan, index: number): number {
  return phases.slice(0, index).filter(({ kind }) => kind === phases[index]!.kind).length;
}
