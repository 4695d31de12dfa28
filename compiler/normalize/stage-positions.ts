import Fraction from 'fraction.js';
import type { Span } from '../../grammar/index.ts';
import type { Bound, WrittenRange } from './read-stages.ts';

/** A position in the phase's tokens with the place that says so; `isWritten` is false where it follows from the neighbours. */
export interface Position {
  readonly at: Fraction;
  readonly span: Span;
  readonly bound: Bound | null;
}

export interface PlacedStage {
  readonly name: string;
  readonly nameSpan: Span;
  /** The range as written, or else the name: where messages about it point. */
  readonly rangeSpan: Span;
  /** Null where the position has no value. */
  readonly from: Position | null;
  readonly to: Position | null;
}

export interface StageToPlace {
  readonly name: string;
  readonly nameSpan: Span;
  readonly rangeSpan: Span;
  readonly range: WrittenRange;
}

/**
 * Places stages in a phase of `total` tokens: a missing start is the end of the stage before, a missing end the phase's end.
 * Written tokens are multiplied by `scale` (`scaled_to`); parts are of the phase as it is. Nothing is checked here.
 */
export function placeStages(
  stages: readonly StageToPlace[],
  total: Fraction | null,
  scale: Fraction,
): readonly PlacedStage[] {
  let previousEnd: Fraction | null = new Fraction(0);
  return stages.map((stage) => {
    const from = placed(stage.range.from, previousEnd, stage.rangeSpan, total, scale);
    const to = placed(stage.range.to, total, stage.rangeSpan, total, scale);
    previousEnd = to?.at ?? null;
    const { name, nameSpan, rangeSpan } = stage;
    return { name, nameSpan, rangeSpan, from, to };
  });
}

function placed(
  bound: Bound | 'faulty' | null,
  missing: Fraction | null,
  span: Span,
  total: Fraction | null,
  scale: Fraction,
): Position | null {
  if (bound === 'faulty') return null;
  if (bound === null) return missing && { at: missing, span, bound: null };
  const { unit, amount } = bound.value;
  const at = unit === 'tokens' ? amount.mul(scale) : total && amount.mul(total);
  return at && { at, span: bound.span, bound };
}
