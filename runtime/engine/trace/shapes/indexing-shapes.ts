import { constant, operand, type ShapeFunction } from './shape-function.ts';

/** Ops that read or write by index. Indices may be traced values; bounds are the kernel's matter. */
export const INDEXING_SHAPES: Readonly<Record<string, ShapeFunction>> = {
  /** (params, indices, axis), with `batch_dims` leading axes shared. */
  GatherV2: (inputs, attributes) => {
    const { shape, type } = operand(inputs, 0);
    const axis = constant(inputs, 2)[0] ?? 0;
    const picked = operand(inputs, 1).shape.slice(Number(attributes.batch_dims ?? 0));
    return [{ shape: [...shape.slice(0, axis), ...picked, ...shape.slice(axis + 1)], type }];
  },
  GatherNd: (inputs) => {
    const { shape, type } = operand(inputs, 0);
    const indices = operand(inputs, 1).shape;
    return [{ shape: [...indices.slice(0, -1), ...shape.slice(indices.at(-1))], type }];
  },
  /** (data, segment ids, number of segments). */
  UnsortedSegmentSum: (inputs) => {
    const { shape } = operand(inputs, 0);
    return [{ shape: [constant(inputs, 2)[0] ?? 0, ...shape.slice(operand(inputs, 1).shape.length)] }];
  },
  /** (indices, updates, shape). */
  ScatterNd: (inputs) => [{ shape: constant(inputs, 2), type: operand(inputs, 1).type }],
  TensorScatterUpdate: (inputs) => [{ shape: operand(inputs, 0).shape, type: operand(inputs, 0).type }],
  /** (indices, depth, on value, off value); TensorFlow.js puts the new axis last. */
  OneHot: (inputs) => [{ shape: [...operand(inputs, 0).shape, constant(inputs, 1)[0] ?? 0] }],
  /** (input, first index of each axis, sizes). */
  XlaDynamicSlice: (inputs) => [{ shape: constant(inputs, 2) }],
  /** (input, update, first index of each axis). */
  XlaDynamicUpdateSlice: (inputs) => [{ shape: operand(inputs, 0).shape }],
};
