import type { Plan, PlanStart } from '../types.ts';
import { phaseCursors } from './phase-cursors.ts';
import { createRunSampler, type RunSamplerOptions } from './run-sampler.ts';

/**
 * Where an arm of an ablation reads on: one that starts from pretraining goes on where its datasets were read to, as a phase
 * after the run's; any other begins at the beginning.
 */
export function armCursors(plan: Plan, from: PlanStart): RunSamplerOptions {
  const index = from.kind === 'phase' ? plan.phases.findIndex(({ name }) => name === from.phase) : -1;
  const phase = plan.phases[index];
  if (from.kind !== 'phase' || phase?.kind !== 'pretrain') return { ordinal: 0, tokensRead: new Map() };
  const sampler = createRunSampler(phase, plan.seed, phaseCursors(plan, index));
  const ids = [...new Set(plan.datasets.map(({ id }) => id))];
  const next = (from.step ?? phase.steps) + 1;
  return {
    ordinal: plan.phases.filter(({ kind }) => kind === 'pretrain').length,
    tokensRead: new Map(ids.map((id) => [id, sampler.tokensReadBefore(next, id)])),
  };
}
