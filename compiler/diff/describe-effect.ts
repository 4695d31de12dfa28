import { formatCount, formatTokens } from '../report/format-number.ts';
import { canTake } from './resume-answer.ts';
import type { ChangeEffect, PlanDiff } from './types.ts';

/** The class of an effect in words: `future only, from 6T tokens (step 2,861,024)`. */
export function describeEffect({ class: kind, from_step, from_tokens }: ChangeEffect): string {
  switch (kind) {
    case 'no_effect':
      return 'no effect';
    case 'future_only':
      return `future only, ${placeText(from_step!, from_tokens!)}`;
    case 'changes_past':
      return `changes the past, ${placeText(from_step!, from_tokens!)}`;
    case 'new_run':
      return 'new run';
  }
}

function placeText(step: number, tokens: number): string {
  return step === 1 ? 'from step 1' : `from ${formatTokens(tokens)} tokens (step ${formatCount(step)})`;
}

/** What the whole difference means for a run, in a sentence or two. */
export function describeConclusion({ changes, effect, position }: PlanDiff): string {
  if (changes.length === 0) return 'No change: both train the same, and say the same.';
  if (effect.class === 'no_effect') return 'Nothing that is computed changes: any run goes on.';
  if (effect.class === 'new_run') return 'Another model or another tokenizer: this is a new run.';
  const place = `${formatTokens(effect.from_tokens!)} tokens (step ${formatCount(effect.from_step! - 1)})`;
  if (position === null) {
    return effect.from_step === 1
      ? 'Every step is another one: a run that has begun cannot take this without changing its past.'
      : `Runs that passed ${place} cannot take this without changing their past; before that it changes the future only.`;
  }
  const stands = `The run stands at step ${formatCount(position.step)} (${formatTokens(position.tokens)} tokens)`;
  return canTake(effect, position.step)
    ? `${stands}, and what changes comes after it: it goes on.`
    : `${stands}, and step ${formatCount(effect.from_step!)} is another one already: this changes its past.`;
}
