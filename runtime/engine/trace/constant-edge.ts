import { attribute } from '../graph/attribute.ts';
import type { GraphType } from '../graph/data-type.ts';
import type { Edge } from '../graph/graph-builder.ts';
import { sizeOf } from './shapes/shape-function.ts';
import { TraceError } from './trace-error.ts';
import type { TracedValue, TraceScope } from './trace-scope.ts';

/** Larger uniform constants become a Fill, which costs no space in the program. */
const LARGEST_WRITTEN_OUT_UNIFORM = 64;

/** Larger constants are shared by identity of their array instead of by value. */
const LARGEST_COMPARED = 4096;

/** The edge of a value in the scope's graph; a value that JavaScript made becomes a constant node, shared where equal. */
export function edgeOf(scope: TraceScope, value: TracedValue): Edge {
  if (value.edge) {
    if (value.scope === scope) return value.edge;
    throw new TraceError('a value of another function was used: give it as an input, or in the state of the loop');
  }
  if (!value.values) throw new TraceError('a value has neither an edge nor numbers');
  return constantEdge(scope, value.type, value.shape, value.values);
}

function constantEdge(scope: TraceScope, type: GraphType, shape: readonly number[], values: ArrayLike<number>): Edge {
  const size = sizeOf(shape);
  const uniform = size > LARGEST_WRITTEN_OUT_UNIFORM && isUniform(values);
  if (!uniform && size > LARGEST_COMPARED) return largeConstant(scope, type, shape, values);
  const text = uniform
    ? `fill ${values[0]}`
    : Array.from(values, (value) => (Object.is(value, -0) ? '-0' : value)).join();
  const key = `${type} [${shape}] ${text}`;
  const known = scope.constants.get(key);
  if (known) return known;
  const edge = uniform ? fillNode(scope, type, shape, values[0] ?? 0) : constantNode(scope, type, shape, values);
  scope.constants.set(key, edge);
  return edge;
}

function largeConstant(scope: TraceScope, type: GraphType, shape: readonly number[], values: ArrayLike<number>): Edge {
  const known = scope.largeConstants.get(values as object);
  if (known) return known;
  const edge = constantNode(scope, type, shape, values);
  scope.largeConstants.set(values as object, edge);
  return edge;
}

function constantNode(scope: TraceScope, type: GraphType, shape: readonly number[], values: ArrayLike<number>): Edge {
  const attributes = { dtype: attribute.type(type), value: attribute.tensor(type, shape, values) };
  return scope.graph.add('Const', [], attributes);
}

function fillNode(scope: TraceScope, type: GraphType, shape: readonly number[], value: number): Edge {
  const sizes = constantEdge(scope, 'int32', [shape.length], shape);
  const scalar = constantEdge(scope, type, [], [value]);
  return scope.graph.add('Fill', [sizes, scalar], {
    T: attribute.type(type),
    index_type: attribute.type('int32'),
  });
}

export function isUniform(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index++) if (!Object.is(values[index], values[0])) return false;
  return true;
}
