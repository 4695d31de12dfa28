import { type Reference, vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/classifier.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { complete } from './complete.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { isWritten, type Reading, readAttribute } from './read-value.ts';
import { resolveSource } from './resolve-source.ts';
import type { ResolvedClassifier, ResolvedSource } from './types.ts';

const attributes = vocabulary.classifierAttributes;

/** All classifiers, in the order of the file; those with an error are left out. `nameOf` looks up a dataset. */
export function resolveClassifiers(
  blocks: readonly OpenBlock[],
  nameOf: (reference: Reference, wanted: string) => string | null,
  context: ReadContext,
): readonly ResolvedClassifier[] {
  return blocks.map((block) => resolveClassifier(block, nameOf, context)).filter((each) => each !== null);
}

function resolveClassifier(
  block: OpenBlock,
  nameOf: (reference: Reference, wanted: string) => string | null,
  context: ReadContext,
): ResolvedClassifier | null {
  const { values, collector } = context;
  const annotations = readAttribute(block, attributes.annotations, values);
  const dataset = annotations && nameOf(annotations.value, 'a dataset of scored rows');
  const parts = complete({
    model: modelOf(block, context),
    reads: readAttribute(block, attributes.reads, values),
    label: readAttribute(block, attributes.label, values),
    least: asNumber(readAttribute(block, attributes.least, values)),
    most: asNumber(readAttribute(block, attributes.most, values)),
  });
  if (parts === null || block.name === null || (isWritten(block, attributes.annotations) && dataset === null))
    return null;
  if (parts.least.value >= parts.most.value) {
    const data = { classifier: blockWords(block), least: parts.least.value, most: parts.most.value };
    collector.add(diagnose(rows.scaleReversed, parts.least.span, data));
    return null;
  }
  return {
    name: block.name.text,
    nameSpan: block.name.span,
    ...parts,
    annotations: dataset === null ? null : { ...annotations!, value: dataset },
  };
}

type Weights = Extract<ResolvedSource, { readonly kind: 'hf' | 'local' }>;

function modelOf(block: OpenBlock, context: ReadContext): Reading<Weights> | null {
  const call = readRequired(block, attributes.model, context);
  const source = call && resolveSource(call, context);
  return source && source.value.kind !== 'dataset' ? { ...source, value: source.value } : null;
}
