import { vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords } from '../normalize/open-block.ts';
import type { RecipeReading } from './index.ts';

const phases = ['pretrain', 'sft', 'dpo'] as const satisfies readonly vocabulary.BlockName[];

/** A recipe trains something on something: it has a phase, and with it a model and a tokenizer. */
export function recipeIsWhole({ recipe }: RecipeReading, collector: DiagnosticCollector): void {
  if (recipe.incomplete) return;
  const has = (keyword: vocabulary.BlockName) => recipe.children.some((child) => child.keyword === keyword);
  const report = (block: vocabulary.BlockName) => collector.add(diagnose(rows.missingBlock, recipe.head, { block }));
  const trains = phases.some(has);
  if (!trains) report('pretrain');
  if (!has('model')) report('model');
  if (!has('pretrain')) firstPhaseStartsSomewhere(recipe, collector);
  const { tokenizer } = vocabulary.recipeAttributes;
  if (!trains || recipe.attributes.has(tokenizer.name)) return;
  const data = { block: 'the recipe', name: tokenizer.name, documentation: tokenizer.documentation };
  collector.add(diagnose(rows.missingAttribute, recipe.head, data));
}

/** Post-training without a phase before it continues given weights: from random ones it would learn to talk without words. */
function firstPhaseStartsSomewhere(recipe: RecipeReading['recipe'], collector: DiagnosticCollector): void {
  const first = recipe.children.find(({ keyword }) => keyword === 'sft' || keyword === 'dpo');
  const { from } = vocabulary.tuningAttributes;
  if (first === undefined || first.attributes.has(from.name)) return;
  const data = { block: blockWords(first), name: from.name, documentation: from.documentation };
  collector.add(diagnose(rows.missingAttribute, first.head, data));
}
