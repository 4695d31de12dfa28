import type Fraction from 'fraction.js';
import { type Expression, vocabulary } from '../../grammar/index.ts';
import { evaluateQuantity } from '../bind/evaluate-quantity.ts';
import { fitQuantity } from '../bind/fit-quantity.ts';
import type { ValueContext } from '../bind/value-context.ts';
import type { Quantity } from '../quantity/quantity.ts';
import type { Layer, OpenBlock } from './open-block.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { isWritten, originOf, type Reading, readAttribute } from './read-value.ts';

const phaseRows = vocabulary.pretrainAttributes;
const stageRows = vocabulary.stageAttributes;

export interface Batch {
  readonly unit: 'tokens' | 'sequences';
  readonly amount: number;
}

/** What a stage may override, as it holds for one stage; null where it is wrong or missing. */
export interface StepShape {
  readonly sequence: Reading<number> | null;
  readonly batch: Reading<Batch> | null;
  readonly ropeTheta: Reading<number> | null;
  readonly attention: Reading<'full' | 'document'> | null;
}

/** The shape of the phase's steps, which its stages inherit. */
export function readPhaseShape(block: OpenBlock, ropeTheta: Reading<number> | null, context: ReadContext): StepShape {
  return {
    sequence: asNumber(readRequired(block, phaseRows.sequence, context)),
    batch: asBatch(readRequired(block, phaseRows.batch, context)),
    ropeTheta,
    attention: readAttribute(block, phaseRows.attention, context.values),
  };
}

/** The shape of a stage's steps: its own attributes, else the phase's (rope_theta: the model's). */
export function readStageShape(block: OpenBlock, phase: StepShape, { values }: ReadContext): StepShape {
  const own = {
    sequence: asNumber(readAttribute(block, stageRows.sequence, values)),
    batch: asBatch(readAttribute(block, stageRows.batch, values)),
    ropeTheta: asNumber(readAttribute(block, stageRows.ropeTheta, values)),
    attention: readAttribute(block, stageRows.attention, values),
  };
  const choose = <T>(row: vocabulary.AttributeRow, written: Reading<T> | null, inherited: Reading<T> | null) =>
    isWritten(block, row) ? written : inherited;
  return {
    sequence: choose(stageRows.sequence, own.sequence, phase.sequence),
    batch: choose(stageRows.batch, own.batch, phase.batch),
    ropeTheta: choose(stageRows.ropeTheta, own.ropeTheta, phase.ropeTheta),
    attention: choose(stageRows.attention, own.attention, phase.attention),
  };
}

function asBatch(reading: Reading<Quantity> | null): Reading<Batch> | null {
  if (reading === null) return null;
  const unit = reading.value.dimension === 'sequences' ? 'sequences' : 'tokens';
  return { ...reading, value: { unit, amount: reading.value.amount.valueOf() } };
}

/** Tokens of one step; null when it is unknown. */
export function tokensPerStep({ batch, sequence }: Pick<StepShape, 'batch' | 'sequence'>): number | null {
  if (batch === null || sequence === null) return null;
  return batch.value.unit === 'tokens' ? batch.value.amount : batch.value.amount * sequence.value;
}

const boundType: vocabulary.QuantityType = {
  is: 'quantity',
  dimensions: ['tokens', 'part'],
  bare: 'tokens',
  whole: false,
  least: { value: '0', exclusive: false },
  most: { value: '9007199254740991', exclusive: false },
};

/** One written end of a stage's range. */
export type Bound = Reading<{ readonly unit: 'tokens' | 'part'; readonly amount: Fraction }>;

/** The ends of a stage's range as written; `null` where none is written, 'faulty' where it has no value. */
export interface WrittenRange {
  readonly from: Bound | 'faulty' | null;
  readonly to: Bound | 'faulty' | null;
}

/** Reads a range. A bare number is tokens; a part is one of the phase's tokens. */
export function readRange(block: OpenBlock, layer: Layer, context: ValueContext): WrittenRange {
  const read = (expression: Expression | null): Bound | 'faulty' | null => {
    if (expression === null) return null;
    const written = evaluateQuantity(expression, context);
    const fitted = written && fitQuantity(written, boundType, 'a range', expression, context);
    if (fitted === null) return 'faulty';
    const value = {
      unit: fitted.dimension === 'part' ? ('part' as const) : ('tokens' as const),
      amount: fitted.amount,
    };
    return { value, origin: originOf(layer, expression.span), span: expression.span };
  };
  return { from: read(block.range?.from ?? null), to: read(block.range?.to ?? null) };
}

/** The origin of a start or end that is not written. */
export const neighbourOrigin = { from: 'default', source: 'the range of the stages beside it, or the phase' } as const;
