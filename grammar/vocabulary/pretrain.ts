import { attribute } from './row.ts';
import { anyOf, atLeast, callOf, real, whole, words } from './value-types.ts';

const blocks = ['pretrain'] as const;

/** Limits of a sequence length and of a batch: beyond any published run, and small enough to count with. */
const sequenceType = whole(['tokens'], { least: atLeast('2'), most: atLeast('16777216') });
const batchType = whole(['tokens', 'sequences'], { most: atLeast('1099511627776') });

export const pretrainAttributes = {
  tokens: attribute({
    name: 'tokens',
    blocks,
    type: whole(['tokens', 'steps'], { bare: 'tokens' }),
    default: 'required',
    documentation: 'Length of the phase; in steps only where all stages have the same tokens a step.',
  }),
  scaledTo: attribute({
    name: 'scaled_to',
    blocks,
    type: whole(['tokens']),
    default: 'none',
    documentation: 'New length of the phase, by which its positions and its lengths in steps are scaled.',
  }),
  sequence: attribute({
    name: 'sequence',
    powerOfTwo: true,
    blocks,
    type: sequenceType,
    default: 'required',
    documentation: 'Tokens of one sequence.',
  }),
  batch: attribute({
    name: 'batch',
    blocks,
    type: batchType,
    default: 'required',
    documentation: 'What one step trains on, in tokens or in sequences.',
  }),
  precision: attribute({
    name: 'precision',
    blocks,
    type: words('float32', 'bf16'),
    default: { value: 'float32', source: 'every engine computes it exactly as written' },
    documentation: 'Number format of the matrix products; weights and optimizer state are float32 in both.',
  }),
  optimizer: attribute({
    name: 'optimizer',
    blocks,
    type: callOf('adamw'),
    default: { value: 'adamw()', source: 'Loshchilov and Hutter 2017' },
    documentation: 'The optimizer and its constants.',
  }),
  clipNorm: attribute({
    name: 'clip_norm',
    blocks,
    type: anyOf(real(['number'], { most: atLeast('1000000') }), words('none')),
    default: { value: '1.0', source: "Llama 2's and SmolLM2's configuration" },
    documentation: 'Largest global norm of the gradient, to which longer ones are cut; `none` leaves it as it is.',
  }),
  attention: attribute({
    name: 'attention',
    blocks,
    type: words('full', 'document'),
    default: { value: 'full', source: 'what SmolLM2 did' },
    documentation: 'Whether a token sees the whole sequence before it or only its own document.',
  }),
  schedule: attribute({
    name: 'schedule',
    blocks,
    type: callOf('wsd', 'constant', 'cosine', 'linear', 'inverse_sqrt'),
    default: 'required',
    documentation: 'The learning rate over the steps of the phase.',
  }),
  checkpoint: attribute({
    name: 'checkpoint',
    blocks,
    type: callOf('every'),
    default: 'none',
    documentation: 'How often weights and optimizer state are written; the final ones always are.',
  }),
  onSpike: attribute({
    name: 'on_spike',
    blocks,
    type: anyOf(callOf('rewind'), words('none')),
    default: 'none',
    documentation: 'What to do when the loss jumps; nothing unless it is given, or where a profile says `none`.',
  }),
  recompute: attribute({
    name: 'recompute',
    blocks,
    type: words('layer', 'none'),
    default: { value: 'none', source: 'nothing is computed twice unless it is asked for' },
    documentation: 'What the backward pass computes again instead of keeping it in memory.',
  }),
};

export const stageAttributes = {
  sequence: attribute({
    name: 'sequence',
    powerOfTwo: true,
    blocks: ['stage'],
    type: sequenceType,
    default: { like: 'pretrain.sequence', source: 'the phase' },
    documentation: 'Tokens of one sequence in this stage.',
  }),
  batch: attribute({
    name: 'batch',
    blocks: ['stage'],
    type: batchType,
    default: { like: 'pretrain.batch', source: 'the phase' },
    documentation: 'What one step of this stage trains on, in tokens or in sequences.',
  }),
  ropeTheta: attribute({
    name: 'rope_theta',
    blocks: ['stage'],
    type: real(['number'], { least: atLeast('1'), most: atLeast('1000000000000') }),
    default: { like: 'model.rope_theta', source: 'the model' },
    documentation: 'Base of the rotary position angles in this stage.',
  }),
  attention: attribute({
    name: 'attention',
    blocks: ['stage'],
    type: words('full', 'document'),
    default: { like: 'pretrain.attention', source: 'the phase' },
    documentation: 'Whether a token sees the whole sequence before it or only its own document, in this stage.',
  }),
  ramp: attribute({
    name: 'ramp',
    blocks: ['stage'],
    type: real(['tokens', 'steps', 'part'], { bare: 'tokens' }),
    default: 'none',
    documentation: 'Length over which the shares move linearly from those of the stage before; at once unless given.',
  }),
};
