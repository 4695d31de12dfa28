import { CREATION_SHAPES } from './shapes/creation-shapes.ts';
import { ELEMENTWISE_SHAPES } from './shapes/elementwise-shapes.ts';
import { INDEXING_SHAPES } from './shapes/indexing-shapes.ts';
import { LAYOUT_SHAPES } from './shapes/layout-shapes.ts';
import { MATRIX_SHAPES } from './shapes/matrix-shapes.ts';
import { REDUCTION_SHAPES } from './shapes/reduction-shapes.ts';
import type { ShapeFunction } from './shapes/shape-function.ts';
import { TraceError } from './trace-error.ts';

/**
 * Every op that a traced function may use. To support another one, add its row to a file of `shapes/` and run
 * `npx tsx scripts/generate-op-outputs.ts`, which asks the installed engine.
 */
export const SHAPE_FUNCTIONS: Readonly<Record<string, ShapeFunction>> = {
  ...ELEMENTWISE_SHAPES,
  ...REDUCTION_SHAPES,
  ...MATRIX_SHAPES,
  ...LAYOUT_SHAPES,
  ...INDEXING_SHAPES,
  ...CREATION_SHAPES,
};

/** The shape function of an op. Throws `TraceError` that names an op which is not supported: never a guess. */
export function shapeFunction(op: string): ShapeFunction {
  const found = Object.hasOwn(SHAPE_FUNCTIONS, op) ? SHAPE_FUNCTIONS[op] : undefined;
  if (!found) throw new TraceError(`op \`${op}\` is not supported in a traced function`);
  return found;
}
