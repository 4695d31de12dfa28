import { wrap } from '../diagnostics/reporters/wrap.ts';
import type { PlanCluster, PlanMemory } from '../plan/types.ts';
import { formatBytes, formatCount, formatShare } from './format-number.ts';
import { tableLines } from './text-table.ts';

/** Memory of a GPU by part, each with its part of what a GPU has. */
export function memoryLines(memory: PlanMemory, cluster: PlanCluster, width: number): readonly string[] {
  const rows = memoryRows(memory).map(([part, bytes, share, what]) => [`  ${part}`, bytes, share, what]);
  const notes = wrap(memoryWords(memory, cluster), width - 2).map((line) => `  ${line}`);
  const table = tableLines([['Memory a GPU', '', '', ''], ...rows], ['left', 'right', 'right', 'left']);
  return [...table, ...notes];
}

/** Part, bytes, part of a GPU's memory, and what it is. */
export function memoryRows(memory: PlanMemory): readonly (readonly [string, string, string, string])[] {
  const row = (part: string, bytes: number, what: string) =>
    [part, formatBytes(bytes), formatShare(Number((bytes / memory.gpu_bytes).toPrecision(2))), what] as const;
  const other =
    memory.recompute === 'layer'
      ? `${formatBytes(memory.activations_bytes)} without recomputing`
      : `${formatBytes(memory.activations_recomputed_bytes)} with \`recompute = layer\``;
  const kept = memory.recompute === 'layer' ? memory.activations_recomputed_bytes : memory.activations_bytes;
  return [
    row('weights', memory.weights_bytes, ''),
    row('gradients', memory.gradients_bytes, ''),
    row('optimizer', memory.optimizer_bytes, ''),
    row('activations', kept, other),
    row('logits', memory.logits_bytes, ''),
    row('in all', memory.total_bytes, `of ${formatBytes(memory.gpu_bytes)}`),
  ];
}

/** Of which step it is, and how the model stands on the GPUs. */
export function memoryWords({ stage, sequence, micro_batch }: PlanMemory, { dp, tp, pp }: PlanCluster): string {
  const pass = `${formatCount(micro_batch)} × ${formatCount(sequence)} tokens a pass`;
  return `stage ${stage}, ${pass} · dp ${dp}, tp ${tp}, pp ${pp} · without what the framework itself takes`;
}
