import type { vocabulary } from '../../grammar/index.ts';
import type { CallValue, ValueOf } from '../bind/value.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { type EvaluatedAttributes, isWritten, type Reading, readArgument, readAttribute } from './read-value.ts';

/** What reading a block needs. */
export interface ReadContext {
  readonly collector: DiagnosticCollector;
  readonly values: EvaluatedAttributes;
  /** Paths may be written with `..`. */
  readonly mayClimb?: boolean;
}

/** The value of an attribute that a block must have; null, with a diagnostic, when it is missing. */
export function readRequired<T extends vocabulary.ValueType>(
  block: OpenBlock,
  row: vocabulary.AttributeRow<T>,
  { collector, values }: ReadContext,
): Reading<ValueOf<T>> | null {
  if (row.default === 'required' && !isWritten(block, row) && !block.incomplete) {
    const data = { block: blockWords(block), name: row.name, documentation: row.documentation };
    collector.add(diagnose(rows.missingAttribute, block.head, data));
  }
  return readAttribute(block, row, values);
}

/** A quantity as a plain number: whole ones below 2^53 exactly, others as the nearest double. */
export function asNumber(reading: Reading<Quantity> | null): Reading<number> | null {
  return reading && { ...reading, value: reading.value.amount.valueOf() };
}

/** An argument that is a quantity, as a plain number. */
export function readNumber(
  call: Reading<CallValue>,
  row: vocabulary.ValueRow<vocabulary.QuantityType>,
): Reading<number> | null {
  return asNumber(readArgument(call, row));
}
