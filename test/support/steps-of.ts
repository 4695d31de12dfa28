import type { PlanStep } from '../../compiler/plan/index.ts';
import { recipeWith, resolvedText } from './recipe-with.ts';

/** Steps of a dataset as a plan has them, from smol text; `more` declares what they name. */
export function stepsOf(text: string, more = ''): readonly PlanStep[] {
  const after = `${more}\ndataset derived {\n  source = web\n${text}\n}`;
  const { datasets } = resolvedText(recipeWith(['100% web'], {}, { after }));
  return datasets.find(({ name }) => name === 'derived')!.steps;
}
