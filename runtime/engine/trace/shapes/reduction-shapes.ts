import type { GraphType } from '../../graph/data-type.ts';
import { axisIn, constant, operand, type ShapeFunction } from './shape-function.ts';

const REDUCTIONS = ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'All', 'Any'];

/** (input, axes) -> the input without those axes, or with size 1 there (`keep_dims`). */
const reduction: ShapeFunction = (inputs, attributes) => {
  const { shape } = operand(inputs, 0);
  const axes = new Set(constant(inputs, 1).map((axis) => axisIn(axis, shape.length)));
  const kept = attributes.keep_dims
    ? shape.map((size, axis) => (axes.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.has(axis));
  return [{ shape: kept }];
};

/** (input, axis) -> indices into that axis. */
const argument: ShapeFunction = (inputs) => {
  const { shape } = operand(inputs, 0);
  const axis = axisIn(constant(inputs, 1)[0] ?? 0, shape.length);
  return [{ shape: shape.filter((_, at) => at !== axis), type: 'int32' satisfies GraphType }];
};

/** Ops that take axes away, and sums along an axis. */
export const REDUCTION_SHAPES: Readonly<Record<string, ShapeFunction>> = {
  ...Object.fromEntries(REDUCTIONS.map((name) => [name, reduction])),
  ArgMax: argument,
  ArgMin: argument,
  Cumsum: (inputs) => [{ shape: operand(inputs, 0).shape }],
  Cumprod: (inputs) => [{ shape: operand(inputs, 0).shape }],
  TopKV2: (inputs) => {
    const shape = [...operand(inputs, 0).shape.slice(0, -1), constant(inputs, 1)[0] ?? 1];
    return [
      { shape, type: operand(inputs, 0).type },
      { shape, type: 'int32' },
    ];
  },
};
