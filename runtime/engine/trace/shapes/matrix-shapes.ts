import { broadcastShapes, operand, type ShapeFunction } from './shape-function.ts';

const rowsAndColumns = (shape: readonly number[], transposed: unknown): [number, number] => {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
};

/** Matrix products, and the fused loss over rows of logits. */
export const MATRIX_SHAPES: Readonly<Record<string, ShapeFunction>> = {
  MatMul: (inputs, attributes) => {
    const [rows] = rowsAndColumns(operand(inputs, 0).shape, attributes.transpose_a);
    const [, columns] = rowsAndColumns(operand(inputs, 1).shape, attributes.transpose_b);
    return [{ shape: [rows, columns] }];
  },
  BatchMatMulV2: (inputs, attributes) => {
    const [a, b] = [operand(inputs, 0).shape, operand(inputs, 1).shape];
    const [rows] = rowsAndColumns(a, attributes.adj_x);
    const [, columns] = rowsAndColumns(b, attributes.adj_y);
    return [{ shape: [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), rows, columns] }];
  },
  /** (logits [N, V], labels [N]) -> loss [N], d loss / d logits [N, V]. */
  SparseSoftmaxCrossEntropyWithLogits: (inputs) => {
    const { shape } = operand(inputs, 0);
    return [{ shape: shape.slice(0, 1) }, { shape }];
  },
};
