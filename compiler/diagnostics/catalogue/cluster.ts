import { defineRow } from '../catalogue-row.ts';
import { sampleModel, samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Clusters, against the batch and the model (SM41xx). */

const halves = ['50% web', '50% code'];
const withCluster = (attributes: string, model = sampleModel()) =>
  `${sampleRecipe(samplePretrain(halves), model)}\ncluster small { gpu = a100_80gb, ${attributes} }\n`;

const tuned = (batch: string) =>
  `${withCluster('nodes = 1')}dataset chats { source = local("c.jsonl"), size = 1000 rows }\nsft { data = chats, epochs = 1, ${batch}, schedule = constant(peak = 1e-4) }\n`;

export const clusterNotFull = defineRow<{
  cluster: string;
  gpus: number;
  nodes: number;
  perNode: number;
  dp: number;
  tp: number;
  pp: number;
}>({
  code: 'SM4101',
  severity: 'error',
  message: ({ cluster, gpus, dp, tp, pp }) =>
    `${cluster} has ${gpus} GPUs, and dp x tp x pp is ${dp} x ${tp} x ${pp} = ${dp * tp * pp}`,
  help: ({ gpus, tp, pp }) =>
    gpus % (tp * pp) === 0
      ? `write \`dp = ${gpus / (tp * pp)}\`, or leave it out`
      : `change \`tp\` or \`pp\`: ${tp} x ${pp} does not divide ${gpus}`,
  explain: {
    title: 'a cluster whose parts do not make it up',
    why: 'Every GPU holds a part of one replica of the model, so replicas (dp) times the GPUs that share one (tp x pp) are all GPUs. Otherwise hours and cost would be counted for GPUs that do nothing.',
    wrong: withCluster('nodes = 1, dp = 4'),
    right: withCluster('nodes = 1, dp = 8'),
  },
});

export const batchNotParallel = defineRow<{
  where: string;
  sequences: string;
  cluster: string;
  dp: string;
  microBatch: string;
  near: readonly string[];
}>({
  code: 'SM4102',
  severity: 'error',
  message: ({ where, sequences, cluster, dp, microBatch }) =>
    `the batch of ${where} (${sequences} sequences) is no multiple of dp x micro_batch of ${cluster} (${dp} x ${microBatch})`,
  help: ({ near }) => `use \`batch = ${near.join('` or `batch = ')}\`, or change \`dp\` or \`micro_batch\``,
  explain: {
    title: 'a batch that the replicas cannot share',
    why: 'Each replica takes the same number of passes of micro_batch sequences in a step, or one smaller pass. A batch that does not divide would leave some replicas without work, and the trained tokens would not be those of the recipe.',
    wrong: withCluster('nodes = 2'),
    right: withCluster('nodes = 1'),
  },
});

export const headsNotParallel = defineRow<{ cluster: string; tp: number; name: string; heads: number }>({
  code: 'SM4103',
  severity: 'error',
  message: ({ cluster, tp, name, heads }) => `\`tp\` of ${cluster} (${tp}) does not divide \`${name}\` (${heads})`,
  help: ({ name, heads }) => `use a divisor of ${heads} for \`tp\`, or change \`${name}\``,
  explain: {
    title: 'heads that the GPUs of a replica cannot share',
    why: 'Tensor parallelism gives each GPU whole heads, and the same number of them.',
    wrong: withCluster('nodes = 1, tp = 8'),
    right: withCluster('nodes = 1, tp = 4'),
  },
});

export const layersNotParallel = defineRow<{ cluster: string; pp: number; layers: number }>({
  code: 'SM4104',
  severity: 'error',
  message: ({ cluster, pp, layers }) => `\`pp\` of ${cluster} (${pp}) is more than the model's ${layers} layers`,
  help: ({ layers }) => `use at most \`pp = ${layers}\``,
  explain: {
    title: 'more pipeline stages than layers',
    why: 'Pipeline parallelism gives each GPU some whole layers; beyond the number of layers a GPU would have none.',
    wrong: withCluster('nodes = 1, pp = 4'),
    right: withCluster('nodes = 1, pp = 2'),
  },
});

export const tuningBatchNotParallel = defineRow<{ where: string; sequences: string; cluster: string; dp: string }>({
  code: 'SM4105',
  severity: 'note',
  message: ({ where, sequences, cluster, dp }) =>
    `the batch of ${where} (${sequences} sequences) cannot be shared evenly by the ${dp} replicas of ${cluster}`,
  help: ({ dp }) => `run it on fewer GPUs, as is usual for post-training, or use a multiple of ${dp} sequences`,
  explain: {
    title: 'a batch of post-training that the replicas cannot share',
    why: 'A cluster is sized for pretraining; post-training has smaller batches and is most often run on a part of the machines. On all of them, some replicas would have more rows than others, or none.',
    wrong: tuned('batch = 12 sequences'),
    right: tuned('batch = 16 sequences'),
  },
});
