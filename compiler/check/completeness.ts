import { vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { RecipeReading } from './index.ts';

/** A recipe trains something on something: it has a phase, and with it a model and a tokenizer. */
export function recipeIsWhole({ recipe }: RecipeReading, collector: DiagnosticCollector): void {
  if (recipe.incomplete) return;
  const has = (keyword: vocabulary.BlockName) => recipe.children.some((child) => child.keyword === keyword);
  const report = (block: vocabulary.BlockName) => collector.add(diagnose(rows.missingBlock, recipe.head, { block }));
  if (!has('pretrain')) report('pretrain');
  if (!has('model')) report('model');
  const { tokenizer } = vocabulary.recipeAttributes;
  if (!has('pretrain') || recipe.attributes.has(tokenizer.name)) return;
  const data = { block: 'the recipe', name: tokenizer.name, documentation: tokenizer.documentation };
  collector.add(diagnose(rows.missingAttribute, recipe.head, data));
}
