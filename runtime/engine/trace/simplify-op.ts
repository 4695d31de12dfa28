import { attribute } from '../graph/attribute.ts';
import { isUniform } from './constant-edge.ts';
import type { OpCall } from './op-call.ts';
import { broadcastShapes, sizeOf } from './shapes/shape-function.ts';
import type { TracedValue } from './trace-scope.ts';

/** An op to record instead, or the input that is the result already. */
export type Simplified = { readonly call: OpCall } | { readonly same: TracedValue };

/**
 * Rewrites what TensorFlow.js's gradients emit too much of: casts to the same type, and products with `ones(shape)` that
 * only broadcast. A product of two matrices is recorded as `MatMul`, which TensorFlow's kernels compute faster.
 */
export function simplifyOp(call: OpCall): Simplified {
  if (call.op === 'Cast') return castToSameType(call) ?? { call };
  if (call.op === 'Mul') return productWithOnes(call) ?? { call };
  if (call.op === 'BatchMatMulV2') return { call: plainMatmul(call) };
  return { call };
}

function castToSameType(call: OpCall): Simplified | null {
  const [input] = call.inputs;
  return input?.edge && call.raw.SrcT === call.raw.DstT ? { same: input } : null;
}

function productWithOnes(call: OpCall): Simplified | null {
  const [a, b] = call.inputs;
  if (!a || !b || a.type !== 'float32') return null;
  const [ones, other] = isOnes(a) ? [a, b] : [b, a];
  if (!isOnes(ones) || !other.edge) return null;
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape.length === other.shape.length && sizeOf(shape) === sizeOf(other.shape)) return { same: other };
  const sizes: TracedValue = {
    shape: [shape.length],
    type: 'int32',
    values: Int32Array.from(shape),
    edge: null,
    scope: null,
    references: 1,
  };
  const attributes = { T: attribute.type('float32'), Tidx: attribute.type('int32') };
  return { call: { op: 'BroadcastTo', raw: { T: attributes.T.type }, attributes, inputs: [other, sizes] } };
}

const isOnes = (value: TracedValue): boolean => value.values?.[0] === 1 && isUniform(value.values);

function plainMatmul(call: OpCall): OpCall {
  if (call.inputs.some((input) => input.shape.length !== 2)) return call;
  const [transposeA, transposeB] = [Boolean(call.raw.adj_x), Boolean(call.raw.adj_y)];
  return {
    op: 'MatMul',
    raw: { T: call.raw.T, transpose_a: transposeA, transpose_b: transposeB },
    attributes: {
      T: { type: Number(call.raw.T) },
      transpose_a: attribute.boolean(transposeA),
      transpose_b: attribute.boolean(transposeB),
    },
    inputs: call.inputs,
  };
}
