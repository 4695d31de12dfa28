import { createHash } from 'node:crypto';
import type { PlanSource } from '../../compiler/plan/index.ts';
import { createTokenizer } from '../data/tokenizer/create-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { RunError } from './run-error.ts';

/**
 * Refuses weights that were trained with another tokenizer than the recipe's: the same text would be other ids, and their rows of
 * the embedding mean other tokens. Every id of the recipe's is compared; it may have fewer, as files of weights may name rows of the
 * embedding that stand for nothing, and not more. Throws `RunError`, or DataError for a tokenizer that is none.
 */
export function requireSameTokenizer(
  phase: string,
  recipe: TextTokenizer,
  stored: StoredModel,
  from: PlanSource | null,
): void {
  const { name, tokenizerFiles } = stored;
  if (createHash('sha256').update(tokenizerFiles.json).digest('hex') === recipe.hash) return;
  const weights = createTokenizer(tokenizerFiles);
  const difference = differenceOf(recipe, weights);
  if (difference === null) return;
  throw new RunError(`phase \`${phase}\` starts from \`${name}\`, whose tokenizer is not the recipe's: ${difference}`, {
    help: `give the recipe the tokenizer of the weights${fixOf(tokenizerFiles.name, from)}`,
  });
}

function differenceOf(recipe: TextTokenizer, weights: TextTokenizer): string | null {
  const [here, there] = [recipe.vocabularySize, weights.vocabularySize];
  if (here > there) return `it has ${count(there)} tokens, and the recipe's has ${count(here)}`;
  let first: number | null = null;
  let different = 0;
  for (let id = 0; id < here; id++) {
    if (recipe.textOf(id) === weights.textOf(id)) continue;
    first ??= id;
    different++;
  }
  if (first === null) return null;
  const [a, b] = [weights.textOf(first), recipe.textOf(first)].map((text) => JSON.stringify(text ?? ''));
  return `${count(different)} of ${count(here)} ids stand for other tokens, the first is ${first}: ${a} there and ${b} in the recipe`;
}

function fixOf(file: string, from: PlanSource | null): string {
  if (from?.kind === 'hf') return `: \`tokenizer = hf("${from.repository}")\``;
  return file.endsWith('.json') ? `: \`tokenizer = local("${file}")\`` : ', its `tokenizer.json`';
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
