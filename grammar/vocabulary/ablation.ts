import { pretrainAttributes } from './pretrain.ts';
import { attribute } from './row.ts';
import { tuningAttributes } from './tuning.ts';
import { reference, whole } from './value-types.ts';

const blocks = ['ablation'] as const;

export const ablationAttributes = {
  of: attribute({
    name: 'of',
    blocks,
    type: reference,
    default: 'none',
    documentation: 'The phase that the arms copy; `pretrain` unless it is given.',
  }),
  tokens: attribute({
    name: 'tokens',
    blocks,
    type: whole(['tokens']),
    default: 'none',
    documentation: 'Length of each arm of pretraining, scaled as its phase is.',
  }),
  epochs: { ...tuningAttributes.epochs, blocks },
  steps: { ...tuningAttributes.steps, blocks },
  schedule: { ...pretrainAttributes.schedule, blocks },
  checkpoint: { ...pretrainAttributes.checkpoint, blocks },
  armData: attribute({
    name: 'data',
    blocks: ['arm'],
    type: reference,
    default: 'none',
    documentation: 'What this arm of post-training is trained on; arms of pretraining have shares.',
  }),
};
