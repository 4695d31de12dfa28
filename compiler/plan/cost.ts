import type { PlanCluster, PlanTotals } from './types.ts';

type Cost = Pick<PlanTotals, 'gpu_hours' | 'days' | 'cost_usd'>;

/** Significant digits of what is estimated: enough to add up, few enough to be the same everywhere. */
const digits = 6;

/**
 * Time and price of so many floating-point operations on a cluster:
 *
 *     GPU hours = FLOPs / (peak FLOP/s of a GPU x MFU) / 3600
 *     days      = GPU hours / GPUs / 24
 *     cost      = GPU hours x price of one
 *
 * FLOPs are those of the model, 6 N D, which is what model FLOP/s utilisation is measured by (Chowdhery et al. 2022, PaLM,
 * appendix B). The MFU is the recipe's and is fitted to nothing. Restarts, evaluation and data are not in it.
 */
export function costOf(flops: bigint, cluster: PlanCluster | null): Cost {
  if (cluster === null) return { gpu_hours: null, days: null, cost_usd: null };
  const hours = Number(flops) / (cluster.gpu_peak_flops * cluster.mfu) / 3600;
  return {
    gpu_hours: rounded(hours),
    days: rounded(hours / cluster.gpus / 24),
    cost_usd: cluster.price === null ? null : rounded(hours * cluster.price),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(digits));
}
