import type { Plan } from '../plan/types.ts';
import { tokensAfter } from './run-steps.ts';
import type { ChangeClass, ChangeEffect, RunPosition } from './types.ts';

export const noEffect: ChangeEffect = { class: 'no_effect', from_step: null, from_tokens: null };
export const newRun: ChangeEffect = { class: 'new_run', from_step: null, from_tokens: null };

/**
 * The effect of what first shows in a step (1-based, over all phases; null: in none). A run that has done fewer steps can take
 * it. Without a position, any run counts that has begun.
 */
export function effectFrom(step: number | null, plan: Plan, position: RunPosition | null): ChangeEffect {
  if (step === null) return noEffect;
  const done = position?.step ?? 1;
  return {
    class: step > done ? 'future_only' : 'changes_past',
    from_step: step,
    from_tokens: tokensAfter(plan, step - 1),
  };
}

const order: readonly ChangeClass[] = ['no_effect', 'future_only', 'changes_past', 'new_run'];

/** The worst of several effects: the worst class, and of one class the earliest step. */
export function worstEffect(effects: readonly ChangeEffect[]): ChangeEffect {
  return effects.reduce((worst, effect) => (rank(effect) > rank(worst) ? effect : worst), noEffect);
}

/** Classes first; within one, earlier steps are worse. */
function rank(effect: ChangeEffect): number {
  const within = effect.from_step === null ? 0 : 1 / (1 + effect.from_step);
  return order.indexOf(effect.class) + within;
}
