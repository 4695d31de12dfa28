import {
  type Attribute,
  type Block,
  type Entry,
  type Expression,
  type RecipeFile,
  vocabulary,
} from '../../grammar/index.ts';
import { checkPredicate } from './check-predicate.ts';
import { evaluateValue } from './evaluate-value.ts';
import type { Value } from './value.ts';
import type { ValueContext } from './value-context.ts';

/**
 * Evaluates every attribute of the file that the structure check left, those of profiles included, so that a mistake in a
 * profile shows without choosing it. Null marks a wrong value.
 */
export function evaluateAttributes(
  file: RecipeFile,
  refused: ReadonlySet<object>,
  context: ValueContext,
): Map<object, Value | null> {
  const values = new Map<object, Value | null>();
  for (const item of file.items) {
    if (item.kind === 'attribute') evaluateOne(item, 'recipe', refused, values, context);
    else if (item.kind === 'block') evaluateBlock(item, refused, values, context);
  }
  return values;
}

function evaluateBlock(
  block: Block,
  refused: ReadonlySet<object>,
  values: Map<object, Value | null>,
  context: ValueContext,
): void {
  if (refused.has(block)) return;
  for (const entry of block.entries) {
    if (entry.kind === 'attribute') evaluateOne(entry, block.keyword.text, refused, values, context);
    else if (entry.kind === 'block') evaluateBlock(entry, refused, values, context);
    else if (!refused.has(entry)) evaluateStep(entry, values, context);
  }
}

const partType: vocabulary.QuantityType = {
  is: 'quantity',
  dimensions: ['part'],
  bare: null,
  whole: false,
  least: { value: '0', exclusive: true },
  most: { value: '1', exclusive: false },
};

const rowsType: vocabulary.QuantityType = {
  is: 'quantity',
  dimensions: ['rows', 'part'],
  bare: null,
  whole: true,
  least: { value: '1', exclusive: false },
  most: { value: '9007199254740991', exclusive: false },
};

/** The calls and amounts of a dataset's steps, by their nodes; what is wrong with a condition. */
function evaluateStep(step: Entry, values: Map<object, Value | null>, context: ValueContext): void {
  const evaluate = (node: Expression, type: vocabulary.ValueType) =>
    void values.set(node, evaluateValue(node, type, step.kind, context));
  switch (step.kind) {
    case 'dedup':
    case 'decontaminate':
    case 'score':
      evaluate(step.call, { is: 'call', functions: vocabulary.verbRow(step.kind).functions });
      break;
    case 'sample':
      evaluate(step.amount, step.amount.kind === 'percent' ? partType : rowsType);
      break;
    case 'keep':
      checkPredicate(step.where, context);
      break;
    case 'drop':
      if (step.percent) evaluate(step.percent, partType);
      checkPredicate(step.where, context);
      break;
  }
}

function evaluateOne(
  attribute: Attribute,
  block: vocabulary.BlockName,
  refused: ReadonlySet<object>,
  values: Map<object, Value | null>,
  context: ValueContext,
): void {
  const row = vocabulary.attributeRow(block, attribute.name.text);
  if (!row || refused.has(attribute)) return;
  values.set(attribute, evaluateValue(attribute.value, row.type, row.name, context));
}
