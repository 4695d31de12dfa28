import { type Verb, vocabulary } from '../../grammar/index.ts';
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
 * rows of, what its steps compare rows with, and the annotations of the classifiers that they score with.
 */
export function partsOf(block: OpenBlock, { values, classifiers }: PartsScope): readonly string[] {
  const scoring = scoreClassifiers(block.steps).map(nameOfReference);
  const { annotations } = vocabulary.classifierAttributes;
  return [
    ...sourceNames(block.attributes.get(vocabulary.datasetAttributes.source.name), values),
    ...block.takes.map(takeTarget),
    ...decontaminationNames(block.steps),
    ...classifiers
      .filter(({ name }) => name && scoring.includes(name.text))
      .flatMap(({ attributes }) => sourceNames(attributes.get(annotations.name), values)),
  ];
}

/** Datasets that steps compare rows with, as they are written. */
function decontaminationNames(steps: readonly Verb[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'decontaminate') return [];
    const lists = step.call.arguments.flatMap(({ value }) => (value.kind === 'list' ? value.items : []));
    return lists.flatMap((item) => (item.kind === 'reference' ? [nameOfReference(item)] : []));
  });
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
