import type { ResolvedClassifier } from '../normalize/types.ts';
import { classifierId } from './classifier-identity.ts';
import type { Plan, PlanClassifier } from './types.ts';

/** The classifiers of a recipe as its plan has them; recipes without any have no such member. */
export function planClassifiers(
  classifiers: readonly ResolvedClassifier[],
  ids: ReadonlyMap<string, string>,
): Pick<Plan, 'classifiers'> {
  if (classifiers.length === 0) return {};
  const idOf = (dataset: string) => ids.get(dataset)!;
  return {
    classifiers: classifiers.map(
      (classifier): PlanClassifier => ({
        name: classifier.name,
        id: classifierId(classifier, idOf),
        model: classifier.model.value,
        reads: classifier.reads.value,
        annotations: classifier.annotations?.value ?? null,
        label: classifier.annotations === null ? null : classifier.label.value,
        least: classifier.least.value,
        most: classifier.most.value,
      }),
    ),
  };
}
