import type { PlanCluster } from '../../plan/types.ts';

/** How the rows of a step are shared: each GPU takes `each` rows at a time, `accumulation` times. */
export interface RowSplit {
  readonly each: number;
  readonly accumulation: number;
}

/** Post-training runs on one node of the cluster, each GPU with a replica; without a cluster on one GPU. */
export function tuningGpus(cluster: PlanCluster | null): number {
  return cluster?.gpus_per_node ?? 1;
}

/**
 * Shares a batch so that gpus x each x accumulation is the batch exactly, `each` as large as it may be: at most the cluster's
 * `micro_batch`, which is of pretraining; 1 without a cluster. Null where the GPUs cannot share the batch.
 */
export function splitRows(rows: number, cluster: PlanCluster | null): RowSplit | null {
  const gpus = tuningGpus(cluster);
  if (rows % gpus !== 0) return null;
  const own = rows / gpus;
  let each = Math.min(own, cluster?.micro_batch ?? 1);
  while (own % each !== 0) each -= 1;
  return { each, accumulation: own / each };
}
