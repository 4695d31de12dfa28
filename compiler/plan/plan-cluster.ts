import { vocabulary } from '../../grammar/index.ts';
import type { ResolvedCluster } from '../normalize/types.ts';
import type { PlanCluster } from './types.ts';

/** The cluster as the plan holds it, with the figures of its kind of GPU. */
export function planCluster(cluster: ResolvedCluster): PlanCluster {
  const gpu = vocabulary.gpuByName(cluster.gpu.value);
  if (gpu === undefined) throw new Error(`no figures of the GPU \`${cluster.gpu.value}\``);
  const { nodes, gpusPerNode } = cluster;
  return {
    name: cluster.name,
    nodes: nodes.value,
    gpus_per_node: gpusPerNode.value,
    gpus: nodes.value * gpusPerNode.value,
    gpu: gpu.name,
    gpu_peak_flops: gpu.peakFlops,
    gpu_bytes: gpu.memoryBytes,
    dp: cluster.dp.value,
    tp: cluster.tp.value,
    pp: cluster.pp.value,
    micro_batch: cluster.microBatch.value,
    mfu: cluster.mfu.value,
    price: cluster.price?.value ?? null,
  };
}
