import { TraceError } from '../trace-error.ts';
import { axisIn, constant, operand, type ShapeFunction, sizeOf } from './shape-function.ts';

/** (input, shape): at most one size is -1, "what is left". */
const reshape: ShapeFunction = (inputs) => {
  const total = sizeOf(operand(inputs, 0).shape);
  const wanted = constant(inputs, 1);
  const known = sizeOf(wanted.filter((size) => size !== -1));
  const shape = wanted.map((size) => (size === -1 ? total / known : size));
  if (sizeOf(shape) !== total) throw new TraceError(`[${operand(inputs, 0).shape}] cannot take the shape [${wanted}]`);
  return [{ shape }];
};

/** (x1, …, xn, axis): sizes add up along the axis. */
const concatenate: ShapeFunction = (inputs) => {
  const parts = inputs.slice(0, -1);
  const first = operand(inputs, 0);
  const axis = axisIn(constant(inputs, inputs.length - 1)[0] ?? 0, first.shape.length);
  const length = parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0);
  return [{ shape: first.shape.map((size, at) => (at === axis ? length : size)), type: first.type }];
};

/** (input, sizes, axis) -> one output a size. */
const split: ShapeFunction = (inputs) => {
  const { shape, type } = operand(inputs, 0);
  const axis = axisIn(constant(inputs, 2)[0] ?? 0, shape.length);
  return constant(inputs, 1).map((length) => ({
    shape: shape.map((size, at) => (at === axis ? length : size)),
    type,
  }));
};

const expand: ShapeFunction = (inputs) => {
  const { shape, type } = operand(inputs, 0);
  const axis = axisIn(constant(inputs, 1)[0] ?? 0, shape.length + 1);
  return [{ shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)], type }];
};

const slice: ShapeFunction = (inputs) => {
  const { shape } = operand(inputs, 0);
  const begin = constant(inputs, 1);
  return [{ shape: constant(inputs, 2).map((size, axis) => (size === -1 ? shape[axis]! - begin[axis]! : size)) }];
};

/** (input, [[before, after], …]). */
const pad: ShapeFunction = (inputs) => {
  const padding = constant(inputs, 1);
  return [{ shape: operand(inputs, 0).shape.map((size, at) => size + padding[2 * at]! + padding[2 * at + 1]!) }];
};

/** n inputs of one shape -> one more axis, of size n. */
const pack: ShapeFunction = (inputs, attributes) => {
  const { shape, type } = operand(inputs, 0);
  const axis = axisIn(Number(attributes.axis ?? 0), shape.length + 1);
  return [{ shape: [...shape.slice(0, axis), inputs.length, ...shape.slice(axis)], type }];
};

const unpack: ShapeFunction = (inputs, attributes) => {
  const { shape, type } = operand(inputs, 0);
  const axis = axisIn(Number(attributes.axis ?? 0), shape.length);
  const each = { shape: shape.filter((_, at) => at !== axis), type };
  return Array.from({ length: shape[axis] ?? 0 }, () => each);
};

/** Ops that move values without computing. */
export const LAYOUT_SHAPES: Readonly<Record<string, ShapeFunction>> = {
  Reshape: reshape,
  ConcatV2: concatenate,
  SplitV: split,
  ExpandDims: expand,
  Slice: slice,
  PadV2: pad,
  Pack: pack,
  Unpack: unpack,
  Transpose: (inputs) => [{ shape: constant(inputs, 1).map((axis) => operand(inputs, 0).shape[axis]!) }],
  Tile: (inputs) => {
    const repeats = constant(inputs, 1);
    return [{ shape: operand(inputs, 0).shape.map((size, axis) => size * repeats[axis]!) }];
  },
  ReverseV2: (inputs) => [{ shape: operand(inputs, 0).shape }],
  BroadcastTo: (inputs) => [{ shape: constant(inputs, 1) }],
};
