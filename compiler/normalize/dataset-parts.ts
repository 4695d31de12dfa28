import { vocabulary } from '../../grammar/index.ts';
import type { OpenBlock, WrittenAttribute } from './open-block.ts';
import type { EvaluatedAttributes } from './read-value.ts';
import { takeTarget } from './resolve-takes.ts';
import { nameOfReference, scoreClassifiers } from './score-classifiers.ts';

/** What a dataset's parts are looked up in. */
export interface PartsScope {
  readonly values: EvaluatedAttributes;
  readonly classifiers: readonly OpenBlock[];
}

/**
 * Names of the datasets that a dataset is made of, as they are written: its source, the prompts of its source, what it takes
 * rows of, and the annotations of the classifiers that its steps score with.
 */
export function partsOf(block: OpenBlock, { values, classifiers }: PartsScope): readonly string[] {
  const scoring = scoreClassifiers(block.steps).map(nameOfReference);
  const { annotations } = vocabulary.classifierAttributes;
  return [
    ...sourceNames(block.attributes.get(vocabulary.datasetAttributes.source.name), values),
    ...block.takes.map(takeTarget),
    ...classifiers
      .filter(({ name }) => name && scoring.includes(name.text))
      .flatMap(({ attributes }) => sourceNames(attributes.get(annotations.name), values)),
  ];
}

/** A reference, or the prompts of a `generate(…)` call. */
function sourceNames(written: WrittenAttribute | undefined, values: EvaluatedAttributes): readonly string[] {
  const value = written && values.get(written.node);
  if (typeof value !== 'object' || value === null || !('kind' in value)) return [];
  if (value.kind === 'reference') return [nameOfReference(value)];
  if (value.kind !== 'call' || value.row !== vocabulary.generateSource) return [];
  const prompts = value.given.get(vocabulary.generateSource.parameters.prompts.name)?.value;
  const isName = typeof prompts === 'object' && 'kind' in prompts && prompts.kind === 'reference';
  return isName ? [nameOfReference(prompts)] : [];
}
