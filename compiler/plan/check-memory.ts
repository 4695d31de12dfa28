import { gpuTooSmall } from '../diagnostics/catalogue/plan.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedCluster } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import { formatBytes } from '../report/format-number.ts';
import type { PlanMemory } from './types.ts';

/** Says when the estimate of a GPU's memory is more than the GPU has. */
export function checkMemory(
  cluster: ResolvedCluster | undefined,
  memory: PlanMemory | null,
  collector: DiagnosticCollector,
): void {
  if (cluster === undefined || memory === null || memory.total_bytes <= memory.gpu_bytes) return;
  const data = {
    needed: formatBytes(memory.total_bytes),
    gpu: cluster.gpu.value,
    has: formatBytes(memory.gpu_bytes),
    largest: largestPart(memory),
    recompute: memory.recompute === 'layer',
  };
  collector.add(diagnose(gpuTooSmall, writtenSpan(cluster.gpu.origin) ?? cluster.span, data));
}

function largestPart(memory: PlanMemory): string {
  const activations = memory.recompute === 'layer' ? memory.activations_recomputed_bytes : memory.activations_bytes;
  const parts = [
    ['weights, gradients and optimizer', memory.state_bytes],
    ['activations', activations],
    ['logits', memory.logits_bytes],
  ] as const;
  return parts.reduce((most, part) => (part[1] > most[1] ? part : most))[0];
}
