import type Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import * as rows from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { OpenBlock } from '../normalize/open-block.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** `8k` is 8,000: where sizes are usually powers of two, `2k`, `4k`, `8k` and so on get a hint. */
export function powersOfTwoAreMeant({ recipe }: RecipeReading, collector: DiagnosticCollector): void {
  hintIn(recipe, collector);
}

function hintIn(block: OpenBlock, collector: DiagnosticCollector): void {
  for (const [name, { node }] of block.attributes) {
    const row = vocabulary.attributeRow(block.keyword, name);
    const { value } = node;
    if (!row?.powerOfTwo || value.kind !== 'quantity' || value.number.suffix !== 'k') continue;
    const thousands = fractionOf(value.number).div(1000);
    if (!isPowerOfTwo(thousands)) continue;
    const usual = `${printCount(thousands)}Ki`;
    const data = { name, written: value.number.text, usual, value: printFull(thousands.mul(1000)) };
    const edits = [{ span: value.number.span, text: usual }];
    const fix = { title: `write \`${usual}\``, safe: false, edits };
    collector.add(diagnose(rows.binarySuffixUsual, value.number.span, data, { fix }));
  }
  for (const child of block.children) hintIn(child, collector);
}

function isPowerOfTwo(amount: Fraction): boolean {
  return amount.d === 1n && amount.n > 0n && (amount.n & (amount.n - 1n)) === 0n;
}

function printFull(amount: Fraction): string {
  return amount.n.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
