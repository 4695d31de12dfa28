import Fraction from 'fraction.js';
import { formatCount } from '../../report/format-number.ts';
import type { ImportedSchedule, RateKeys } from './imported-run.ts';

/** A schedule of a recipe with the rates of nanotron's at every step, and what is to be told of it; or why there is none. */
export type TakenSchedule =
  | {
      readonly kind: 'taken';
      readonly schedule: ImportedSchedule;
      /** The end of training cuts the decay, which would last until this step. */
      readonly cutUntil: number | null;
    }
  | { readonly kind: 'refused'; readonly why: string; readonly help: string | null };

const shapes = { linear: 'linear', cosine: 'cosine', '1-sqrt': 'one_minus_sqrt' } as const;

/**
 * nanotron's rate as a function of the step (helpers.py, lr_scheduler_builder at 2411b022), in the words of a recipe, for the
 * steps 1 to `steps`. It is: the warm-up up to its last step (linear, or the peak at once where the style is `constant`), the
 * peak before `decayStart`, the decay counted from there for `decaySteps`, and its end from then on. A recipe's decay ends with
 * training. What has no such form is refused, never brought near to one.
 */
export function takeSchedule(keys: RateKeys, steps: number): TakenSchedule {
  const { peak, warmup, warmupStyle, decayStyle, decayStart, decaySteps, end } = keys;
  if (warmup === 0 && decaySteps === 0) {
    return refused('nanotron multiplies the rate with itself where there is neither warm-up nor decay', null);
  }
  const rise = warmupStyle === 'linear' ? warmup : 0;
  const constant = taken({ kind: 'constant', peak, warmup: rise, decay: 0, shape: 'linear', end: peak });
  // The step after which the rate leaves the peak for the first time.
  const leaves = Math.max(warmup, decaySteps === 0 ? decayStart - 1 : decayStart);
  if (end.equals(peak) || leaves >= steps) return constant;
  const ends = decayStart + decaySteps;
  // No step lies in the decay: the rate jumps to its end.
  if (decaySteps === 0 || (decayStart < warmup && ends <= warmup + 1)) {
    return leaves === steps - 1
      ? taken({ kind: 'wsd', peak, warmup: rise, decay: 1, shape: 'linear', end })
      : refusedHold(leaves + 1, keys, steps);
  }
  if (decayStart < warmup) {
    const why = `the decay begins at step ${formatCount(decayStart)}, before the warm-up ends at ${formatCount(warmup)}, and the rate jumps there`;
    return refused(why, `set \`lr_decay_starting_step\` to ${warmup} or more`);
  }
  if (ends < steps) return refusedHold(ends, keys, steps);
  const decay = steps - decayStart;
  const isWhole = decayStart === rise && decayStyle !== '1-sqrt';
  const kind = isWhole ? (decayStyle as 'linear' | 'cosine') : 'wsd';
  const schedule: ImportedSchedule = { kind, peak, warmup: rise, decay, shape: shapes[decayStyle], end };
  if (ends === steps) return taken(schedule);
  if (decayStyle !== 'linear') {
    const why = `the ${decayStyle} decay lasts until step ${formatCount(ends)}, and training ends at ${formatCount(steps)} in the middle of its curve`;
    return refused(why, `set \`lr_decay_steps\` to ${decay}, or give the files of the later steps too`);
  }
  const reached = peak
    .sub(end)
    .mul(new Fraction(ends - steps, decaySteps))
    .add(end);
  return { kind: 'taken', schedule: { ...schedule, end: reached }, cutUntil: ends };
}

function taken(schedule: ImportedSchedule): TakenSchedule {
  return { kind: 'taken', schedule, cutUntil: null };
}

function refused(why: string, help: string | null): TakenSchedule {
  return { kind: 'refused', why, help };
}

/** In a recipe a decay ends with its phase: a rate that is held after it has no words. */
function refusedHold(from: number, { decayStart, warmup }: RateKeys, steps: number): TakenSchedule {
  const decay = steps - Math.max(decayStart, warmup);
  const why = `the decay is over at step ${formatCount(from)}, and \`min_decay_lr\` holds for the ${formatCount(steps - from)} steps after it; a recipe's decay ends with training`;
  return refused(why, `set \`lr_decay_steps\` to ${decay}, or \`train_steps\` to ${from}`);
}
