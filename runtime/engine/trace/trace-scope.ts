import type { DataId } from '@tensorflow/tfjs-core';
import type { GraphType } from '../graph/data-type.ts';
import type { Edge, GraphBuilder } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import type { Operand } from './shapes/shape-function.ts';

/** The type matrix products are computed in. With bfloat16, inputs are rounded to it and results are float32 again. */
export type MatmulType = 'float32' | 'bfloat16';

/** A function body while it is recorded. */
export interface TraceScope {
  readonly graph: GraphBuilder;
  /** The function's name, from which its loops take theirs. */
  readonly name: string;
  readonly matmulType: MatmulType;
  /** Finished inner functions (bodies of loops), shared by the scopes of one traced function. */
  readonly inner: FunctionMessage[];
  /** Nodes of equal small constants, by type, shape and values. */
  readonly constants: Map<string, Edge>;
  /** Nodes of large constants, by the array they came from. */
  readonly largeConstants: WeakMap<object, Edge>;
  /** Casts to `matmulType`, by the edge they cast. */
  readonly casts: Map<string, Edge>;
  /** Shape and type of each result of an op, by its reference in the function. */
  readonly results: Map<string, { readonly shape: readonly number[]; readonly type: GraphType }>;
}

export function newScope(
  graph: GraphBuilder,
  name: string,
  matmulType: MatmulType,
  inner: FunctionMessage[] = [],
): TraceScope {
  const known = { constants: new Map(), largeConstants: new WeakMap(), casts: new Map(), results: new Map() };
  return { graph, name, matmulType, inner, ...known };
}

/** What the trace backend keeps for a tensor: an edge of the scope's graph, or values that JavaScript made. */
export interface TracedValue extends Operand {
  readonly edge: Edge | null;
  /** Where `edge` belongs; an edge of another function's body must not be used. */
  readonly scope: TraceScope | null;
  references: number;
}

/** A tensor as kernels hand it over. */
export interface TracedTensor {
  readonly dataId: DataId;
}
