import { attribute } from './row.ts';
import { atLeast, callOf, real, reference, text } from './value-types.ts';

const blocks = ['classifier'] as const;

/** A model that scores rows; `score NAME = classify(CLASSIFIER)` uses it. */
export const classifierAttributes = {
  model: attribute({
    name: 'model',
    blocks,
    type: callOf('hf', 'local'),
    default: 'required',
    documentation: 'The model that scores; with `annotations`, the one that is trained on them first.',
  }),
  reads: attribute({
    name: 'reads',
    blocks,
    type: text,
    default: { value: '"text"', source: 'the usual column of text datasets on the Hugging Face hub' },
    documentation: 'The column that is scored, in the rows and in the annotations.',
  }),
  annotations: attribute({
    name: 'annotations',
    blocks,
    type: reference,
    default: 'none',
    documentation: 'The dataset of scored rows that the model is trained on; without it, it scores as it is.',
  }),
  label: attribute({
    name: 'label',
    blocks,
    type: text,
    default: { value: '"score"', source: "the column of FineWeb-Edu's annotations" },
    documentation: 'The column of the annotations that holds the score.',
  }),
  least: attribute({
    name: 'least',
    blocks,
    type: real(['number'], { least: atLeast('0') }),
    default: { value: '0', source: "FineWeb-Edu's scale" },
    documentation: 'The lowest score.',
  }),
  most: attribute({
    name: 'most',
    blocks,
    type: real(['number']),
    default: { value: '5', source: "FineWeb-Edu's scale" },
    documentation: 'The highest score.',
  }),
};
