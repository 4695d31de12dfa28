import type { PlanModel } from '../../compiler/plan/index.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';
import type { MemoryPolicy } from './memory-policy.ts';

/** Bytes of a float32. */
const VALUE = 4;
/** Node.js with TensorFlow loaded is 430 MB (measured); the rest is the program, its compiler and gaps of the allocator. */
const PROCESS_BYTES = 600e6;

/**
 * Peak memory of a process that trains on the CPU in float32, in bytes. It counts parameters and both AdamW moments; gradients;
 * what the backward pass reads of every layer, as `activationBytes` of the plan does, with the scores of attention where it is
 * not in blocks; logits and their gradient; and the state that exists twice. Two terms follow measured peaks: a loop holds its
 * stacked parameters once more, and the head's gradient exists once for each block of the loss. docs/engine.md compares it
 * with what was measured.
 */
export function estimateMemory(model: PlanModel, shape: StepShape, sequences: number, policy: MemoryPolicy): number {
  const parameters = countParameters(parameterLayout(model)) * VALUE;
  const twice = policy.optimizer === 'by group' ? 3 * largestGroup(model, policy) : 3 * parameters;
  const passes = parameters + passBytes(model, shape, sequences, policy);
  // In one function, XLA keeps temporary arrays where the new state comes to lie.
  const working = policy.optimizer === 'by group' ? passes + twice : Math.max(passes, twice);
  return Math.round(PROCESS_BYTES + 3 * parameters + working);
}

/** What forward and backward pass hold beside parameters and their gradients. */
function passBytes(model: PlanModel, shape: StepShape, sequences: number, { layers, blocks }: MemoryPolicy): number {
  const tokens = sequences * shape.sequence;
  const { queries, lossRows } = blocks(shape);
  const query = model.heads * model.head_size;
  const key = model.kv_heads * model.head_size;
  const perToken = 4 * model.hidden + 2 * query + 2 * key + 4 * model.ffn;
  const scores = 2 * model.heads * shape.sequence;
  const layer = tokens * VALUE * (perToken + (queries === null ? scores : 0));
  const blockScores = queries === null ? 0 : 3 * sequences * model.heads * queries * shape.sequence * VALUE;
  const kept = layers === 'loop' ? tokens * model.hidden * VALUE * model.layers + 2 * layer : layer * model.layers;
  const rows = Math.min(tokens, lossRows ?? tokens);
  const blockCount = lossRows === null ? 0 : Math.ceil(tokens / lossRows);
  const head = (2 * rows + blockCount * model.hidden) * model.vocab * VALUE;
  const stacked = layers === 'loop' ? countParameters(parameterLayout(model)) - model.vocab * model.hidden : 0;
  return kept + blockScores + head + stacked * VALUE;
}

/** The largest set of parameters that the optimizer updates in one call. */
function largestGroup(model: PlanModel, { layers }: MemoryPolicy): number {
  const specs = parameterLayout(model);
  const embedding = model.vocab * model.hidden;
  if (layers === 'loop') return VALUE * Math.max(embedding, model.layers * model.hidden * model.ffn);
  const layer = countParameters(specs.filter(({ name }) => name.startsWith('layers.0.')));
  return VALUE * Math.max(embedding, layer);
}
