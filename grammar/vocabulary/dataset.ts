import { attribute } from './row.ts';
import { anyOf, atLeast, callOf, name, real, reference, whole, words } from './value-types.ts';

const blocks = ['dataset'] as const;

export const datasetAttributes = {
  source: attribute({
    name: 'source',
    blocks,
    type: anyOf(callOf('local', 'hf', 'generate'), reference),
    default: 'required',
    documentation:
      'Where the rows come from: files, a repository of the Hugging Face hub, a model that writes them, or another dataset.',
  }),
  size: attribute({
    name: 'size',
    blocks,
    type: whole(['tokens', 'rows']),
    default: 'none',
    documentation: 'How much there is, for epochs in the plan. A derived size is unknown unless it is stated.',
  }),
  domain: attribute({
    name: 'domain',
    blocks,
    type: name,
    default: 'none',
    documentation: 'A word for the kind of text, by which plans and charts group datasets.',
  }),
  format: attribute({
    name: 'format',
    blocks,
    type: callOf('text', 'messages', 'prompt_response', 'preference'),
    default: { value: 'text("text")', source: 'the usual column of text datasets on the Hugging Face hub' },
    documentation: 'What a row is; for plain text, the column that holds it.',
  }),
  chat: attribute({
    name: 'chat',
    blocks,
    type: callOf('chatml', 'jinja', 'from_tokenizer'),
    default: 'none',
    documentation:
      "How its conversations become text: in post-training instead of the phase's template, in pretraining at all.",
  }),
  holdout: attribute({
    name: 'holdout',
    blocks,
    type: whole(['rows'], { least: atLeast('0') }),
    default: { value: '0 rows', source: 'all rows are trained on unless some are asked for' },
    documentation: 'Rows kept out of training to measure the loss on.',
  }),
  maxMalformed: attribute({
    name: 'max_malformed',
    blocks,
    type: real(['part'], { least: atLeast('0'), most: atLeast('1') }),
    default: { value: '1%', source: "smol's own choice: more is a sign of a wrong column or format" },
    documentation: 'Part of the rows that may be malformed (they are counted and skipped) before preparation fails.',
  }),
  order: attribute({
    name: 'order',
    blocks,
    type: words('shuffled', 'sequential'),
    default: { value: 'shuffled', source: "the sampler's keyed permutation, anew in every epoch" },
    documentation: 'Whether windows are read in a seeded random order or as they stand.',
  }),
  repeat: attribute({
    name: 'repeat',
    blocks,
    type: anyOf(real(['epochs'], { most: atLeast('1000000') }), words('never')),
    default: {
      value: '5 epochs',
      source: 'Muennighoff et al. 2023: repetition costs little up to four or five epochs',
    },
    documentation: 'How often the dataset may be read before the plan warns; `never` makes a second epoch an error.',
  }),
  onExhaustion: attribute({
    name: 'on_exhaustion',
    blocks,
    type: words('repeat', 'error', 'stop', 'redistribute'),
    default: {
      value: 'repeat',
      source: '`error` with `repeat = never`; else the plan warns, and the data is read again',
    },
    documentation:
      'What happens where the dataset has been read as often as `repeat` says: it is read again with a warning, the plan is an error, the phase stops there, or its share goes to the others.',
  }),
};
