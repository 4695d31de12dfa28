import { gpus } from './gpus.ts';
import { attribute } from './row.ts';
import { atLeast, real, whole, words } from './value-types.ts';

const blocks = ['cluster'] as const;
const count = whole(['number'], { most: atLeast('1000000') });
const notShared = { value: '1', source: 'the model is not split unless it is asked for' };

export const clusterAttributes = {
  nodes: attribute({
    name: 'nodes',
    blocks,
    type: count,
    default: 'required',
    documentation: 'Number of machines.',
  }),
  gpusPerNode: attribute({
    name: 'gpus_per_node',
    blocks,
    type: count,
    default: { value: '8', source: 'the usual machine of the published runs' },
    documentation: 'GPUs of one machine.',
  }),
  gpu: attribute({
    name: 'gpu',
    blocks,
    type: words(...gpus.map((row) => row.name)),
    default: 'required',
    documentation: 'Kind of GPU, by which peak FLOP/s and memory are known.',
  }),
  dp: attribute({
    name: 'dp',
    blocks,
    type: count,
    default: { like: 'cluster.nodes', source: 'every GPU that tp and pp leave' },
    documentation: 'Data-parallel replicas, each with its part of the batch; dp x tp x pp are all GPUs.',
  }),
  tp: attribute({
    name: 'tp',
    blocks,
    type: count,
    default: notShared,
    documentation: 'GPUs that share each matrix product (tensor parallelism).',
  }),
  pp: attribute({
    name: 'pp',
    blocks,
    type: count,
    default: notShared,
    documentation: 'GPUs that share the layers (pipeline parallelism).',
  }),
  microBatch: attribute({
    name: 'micro_batch',
    blocks,
    type: whole(['sequences'], { most: atLeast('1000000') }),
    default: { value: '1 sequences', source: 'the least memory' },
    documentation: 'Sequences of one pass on one replica; a batch is a whole number of passes on every replica.',
  }),
  mfu: attribute({
    name: 'mfu',
    blocks,
    type: real(['part'], { most: atLeast('1') }),
    default: { value: '40%', source: 'Dubey et al. 2024 (Llama 3), table 4: 38% to 43% in bfloat16' },
    documentation: 'Model FLOP/s utilisation: the part of the peak that the run reaches.',
  }),
  price: attribute({
    name: 'price',
    blocks,
    type: real(['usd_per_gpu_hour'], { most: atLeast('1000000') }),
    default: 'none',
    documentation: 'Price of one GPU for one hour; without it no cost is given.',
  }),
};
