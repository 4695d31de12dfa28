import Fraction from 'fraction.js';
import type { Length, ResolvedOptimizer, ResolvedSchedule } from '../../normalize/types.ts';
import { roundHalfUp } from '../../plan/exact.ts';
import { countText, lengthText, realText } from './literals.ts';

/** What all kinds of phases have in common: optimizer, clipping, schedule, checkpoints. */

export function optimizerText({ kind, beta1, beta2, eps, weightDecay, decayExclude }: ResolvedOptimizer): string {
  const numbers = Object.entries({ beta1, beta2, eps, weight_decay: weightDecay }).map(
    ([name, { value }]) => `${name} = ${realText(value)}`,
  );
  return `${kind}(${[...numbers, `decay_exclude = [${decayExclude.value.join(', ')}]`].join(', ')})`;
}

export function clipNormText(norm: number | null): string {
  return norm === null ? 'none' : realText(norm);
}

/** The schedule with lengths in steps as they come out: `scale` is that of `scaled_to`, which the long form no longer has. */
export function scheduleText(schedule: ResolvedSchedule, scale: Fraction): string {
  const { kind, peak, end, warmup, decay, decayFrom, shape } = schedule;
  const parts = [`peak = ${realText(peak.value)}`, `warmup = ${lengthText(scaled(warmup.value, scale))}`];
  if (decay !== null) parts.push(`decay = ${lengthText(scaled(decay.value, scale))}`);
  if (decayFrom !== null) parts.push(`decay_from = ${lengthText(scaledPosition(decayFrom.value, scale))}`);
  if (kind === 'wsd') parts.push(`shape = ${shape.value}`);
  if (kind !== 'constant') parts.push(`to = ${realText(end.value)}`);
  return `${kind}(${parts.join(', ')})`;
}

/** A length in steps that is not 0 keeps at least one. */
function scaled(length: Length, scale: Fraction): Length {
  if (length.unit !== 'steps' || length.amount.equals(0) || scale.equals(1)) return length;
  return { unit: 'steps', amount: new Fraction(Math.max(1, roundHalfUp(length.amount.mul(scale)))) };
}

function scaledPosition(position: Length, scale: Fraction): Length {
  if (position.unit !== 'steps' || scale.equals(1)) return position;
  return { unit: 'steps', amount: new Fraction(roundHalfUp(position.amount.mul(scale))) };
}

export function checkpointText(every: Length | null, keep: number | null): string | null {
  if (every === null) return null;
  return `checkpoint = every(${lengthText(every)}${keep === null ? '' : `, keep = ${countText(keep)}`})`;
}
