import type { PlanModel } from '../../compiler/plan/index.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';
import type { MemoryPolicy } from './memory-policy.ts';

/** Bytes of a float32. */
const VALUE = 4;
/**
 * Node.js with TensorFlow loaded is 430 MB (measured); the rest is the program, its compiler and gaps of the allocator, more where
 * all layers are compiled in one function.
 */
const PROCESS_BYTES = { 'by group': 600e6, 'with gradients': 750e6 } as const;

/**
 * Peak memory of a process that trains on the CPU in float32, in bytes. It counts parameters and both AdamW moments; gradients;
 * what the backward pass reads of every layer; logits and their gradient; and the state that exists twice. Where a layer's
 * passes are two functions (`passesByLayer`), products alone are kept between them and one layer at a time has the rest; in one
 * function everything is, as `activationBytes` of the plan counts it. Two terms follow measured peaks: a loop holds its stacked
 * parameters once more, and the head's gradient exists once for each block of the loss. docs/engine.md compares it with what
 * was measured, and a test holds it to 20%.
 */
export function estimateMemory(model: PlanModel, shape: StepShape, sequences: number, policy: MemoryPolicy): number {
  const parameters = countParameters(parameterLayout(model)) * VALUE;
  const twice = policy.optimizer === 'by group' ? 3 * largestGroup(model, policy) : 3 * parameters;
  const passes = parameters + passBytes(model, shape, sequences, policy);
  // In one function, XLA keeps temporary arrays where the new state comes to lie.
  const working = policy.optimizer === 'by group' ? passes + twice : Math.max(passes, twice);
  return Math.round(PROCESS_BYTES[policy.optimizer] + 3 * parameters + working);
}

/** What forward and backward pass hold beside parameters and their gradients. */
function passBytes(model: PlanModel, shape: StepShape, sequences: number, policy: MemoryPolicy): number {
  const tokens = sequences * shape.sequence;
  const { queries, lossRows } = policy.blocks(shape);
  const blockScores = queries === null ? 0 : 3 * sequences * model.heads * queries * shape.sequence * VALUE;
  const rows = Math.min(tokens, lossRows ?? tokens);
  const blockCount = lossRows === null ? 0 : Math.ceil(tokens / lossRows);
  const head = (2 * rows + blockCount * model.hidden) * model.vocab * VALUE;
  const stacked = policy.layers === 'loop' ? countParameters(parameterLayout(model)) - model.vocab * model.hidden : 0;
  return keptBytes(model, shape, sequences, policy) + blockScores + head + stacked * VALUE;
}

/** What is kept of the layers for the backward pass, and what one layer has at a time beside it. */
function keptBytes(model: PlanModel, shape: StepShape, sequences: number, policy: MemoryPolicy): number {
  const tokens = sequences * shape.sequence;
  const query = model.heads * model.head_size;
  const key = model.kv_heads * model.head_size;
  const scores = policy.blocks(shape).queries === null ? model.heads * shape.sequence : 0;
  const whole = tokens * VALUE * (4 * model.hidden + 2 * query + 2 * key + 4 * model.ffn + 2 * scores);
  const products = tokens * VALUE * (2 * model.hidden + 2 * query + 2 * key + 2 * model.ffn + scores);
  const byLayer = policy.optimizer === 'by group' && sequences >= shape.sequences;
  if (policy.layers === 'loop') return tokens * model.hidden * VALUE * model.layers + 2 * whole;
  return byLayer ? products * model.layers + whole : whole * model.layers;
}

/** The largest set of parameters that the optimizer updates in one call. */
function largestGroup(model: PlanModel, { layers }: MemoryPolicy): number {
  const specs = parameterLayout(model);
  const embedding = model.vocab * model.hidden;
  if (layers === 'loop') return VALUE * Math.max(embedding, model.layers * model.hidden * model.ffn);
  const layer = countParameters(specs.filter(({ name }) => name.startsWith('layers.0.')));
  return VALUE * Math.max(embedding, layer);
}
