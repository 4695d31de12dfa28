import { pretrainAttributes } from './pretrain.ts';
import { type AttributeRow, attribute, type ValueType } from './row.ts';
import { anyOf, atLeast, boolean, callOf, real, reference, whole, words } from './value-types.ts';

const both = ['sft', 'dpo'] as const;

/** What holds for pretraining holds here: the same values, default and words, in other blocks. */
function asInPretraining<T extends ValueType>(row: AttributeRow<T>): AttributeRow<T> {
  return { ...row, blocks: both };
}

/** Where the weights of a phase or an ablation come from. */
export const startType = anyOf(callOf('hf', 'local', 'checkpoint', 'nanotron'), reference);

/** Post-training on rows: conversations (sft) and pairs of answers (dpo). */
export const tuningAttributes = {
  data: attribute({
    name: 'data',
    blocks: both,
    type: reference,
    default: 'required',
    documentation: 'The dataset to train on, or a mixture by shares (then `steps` says how long).',
  }),
  epochs: attribute({
    name: 'epochs',
    blocks: both,
    type: real(['epochs'], { most: atLeast('1000000') }),
    default: 'none',
    documentation: 'Passes over the rows; or else `steps`.',
  }),
  steps: attribute({
    name: 'steps',
    blocks: both,
    type: whole(['steps']),
    default: 'none',
    documentation: 'Length in steps; or else `epochs`.',
  }),
  from: attribute({
    name: 'from',
    blocks: ['pretrain', ...both, 'ablation'],
    type: startType,
    default: 'none',
    documentation: 'Where the weights come from at the start; the phase before unless it is given.',
  }),
  sequence: attribute({
    name: 'sequence',
    powerOfTwo: true,
    blocks: both,
    type: whole(['tokens'], { least: atLeast('2'), most: atLeast('16777216') }),
    default: { like: 'model.context', source: 'the longest that the model is made for' },
    documentation: 'Longest row in tokens; `too_long` says what becomes of longer ones.',
  }),
  batch: attribute({
    name: 'batch',
    blocks: both,
    type: whole(['sequences'], { most: atLeast('1099511627776') }),
    default: { value: '128 sequences', source: "SmolLM2's post-training configurations" },
    documentation: 'What one step trains on: rows, packed sequences, or pairs of answers.',
  }),
  chat: attribute({
    name: 'chat',
    blocks: both,
    type: callOf('chatml', 'jinja', 'from_tokenizer'),
    default: { value: 'chatml()', source: "the template of SmolLM2's instruction models" },
    documentation: 'How a conversation becomes text.',
  }),
  tooLong: attribute({
    name: 'too_long',
    blocks: both,
    type: words('drop', 'truncate', 'error'),
    default: { value: 'drop', source: "smol's own choice: a cut answer teaches to stop anywhere, or never" },
    documentation:
      'What becomes of a row that is longer than `sequence`: it is left out, cut at its end, or ends the run; counted in any case. Prompts of dpo are cut first, at their beginning.',
  }),
  precision: asInPretraining(pretrainAttributes.precision),
  optimizer: asInPretraining(pretrainAttributes.optimizer),
  clipNorm: asInPretraining(pretrainAttributes.clipNorm),
  schedule: asInPretraining(pretrainAttributes.schedule),
  checkpoint: asInPretraining(pretrainAttributes.checkpoint),
  recompute: asInPretraining(pretrainAttributes.recompute),
};

export const sftAttributes = {
  lossOn: attribute({
    name: 'loss_on',
    blocks: ['sft'],
    type: words('assistant', 'last_turn', 'all'),
    default: { value: 'assistant', source: "smol's own choice: the model is to learn to write answers" },
    documentation: 'What is trained on: every turn of the assistant, its last one, or all tokens.',
  }),
  packing: attribute({
    name: 'packing',
    blocks: ['sft'],
    type: boolean,
    default: { value: 'false', source: "TRL's default" },
    documentation: 'Whether several rows share a sequence.',
  }),
  attention: attribute({
    name: 'attention',
    blocks: ['sft'],
    type: words('full', 'document'),
    default: { value: 'full', source: 'rows are not packed unless it is asked for' },
    documentation: 'Whether packed rows see each other.',
  }),
  maxUntrained: attribute({
    name: 'max_untrained',
    blocks: ['sft'],
    type: real(['part'], { least: atLeast('0'), most: atLeast('1') }),
    default: { value: '1%', source: "smol's own choice: more is a sign of a wrong template or sequence" },
    documentation:
      'Part of the rows that may have no token to train on (they are counted and left out) before the run is refused.',
  }),
};

export const dpoAttributes = {
  beta: attribute({
    name: 'beta',
    blocks: ['dpo'],
    type: real(['number'], { most: atLeast('1000000') }),
    default: { value: '0.1', source: 'Rafailov et al. 2023, appendix B' },
    documentation: 'Strength of the pull to the reference model, which is the model that the phase starts from.',
  }),
  maxPrompt: attribute({
    name: 'max_prompt',
    powerOfTwo: true,
    blocks: ['dpo'],
    type: whole(['tokens'], { most: atLeast('16777216') }),
    default: 'none',
    documentation: 'Longest prompt in tokens; longer ones lose their beginning.',
  }),
  loss: attribute({
    name: 'loss',
    blocks: ['dpo'],
    type: words('sigmoid', 'hinge', 'ipo', 'apo_zero', 'apo_down'),
    default: { value: 'sigmoid', source: 'Rafailov et al. 2023, equation 7' },
    documentation:
      'The loss of a pair: sigmoid, hinge (Zhao et al. 2023), ipo (Azar et al. 2023), apo_zero or apo_down (D’Oosterlinck et al. 2024).',
  }),
  lengthNormalised: attribute({
    name: 'length_normalised',
    blocks: ['dpo'],
    type: boolean,
    default: { value: 'false', source: 'Rafailov et al. 2023: sums over the tokens' },
    documentation: "Whether an answer's log-likelihood is divided by its number of tokens.",
  }),
  reference: attribute({
    name: 'reference',
    blocks: ['dpo'],
    type: words('precomputed', 'live'),
    default: {
      value: 'precomputed',
      source: "smol's own choice: one pass over the pairs, and no second model in memory",
    },
    documentation:
      "When the reference model's log-likelihoods are computed: once before training, or in every step. The result is the same.",
  }),
};
