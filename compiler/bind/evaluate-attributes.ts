import { type Attribute, type Block, type RecipeFile, vocabulary } from '../../grammar/index.ts';
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
