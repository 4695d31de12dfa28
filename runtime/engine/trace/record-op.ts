import { attribute } from '../graph/attribute.ts';
import { type GraphType, graphTypeOf } from '../graph/data-type.ts';
import type { Edge } from '../graph/graph-builder.ts';
import type { NativeBinding, OpAttribute } from '../native-backend.ts';
import { edgeOf } from './constant-edge.ts';
import { type OpCall, readOpCall } from './op-call.ts';
import { refuseRandomOp } from './refuse-random.ts';
import { shapeFunction } from './shape-functions.ts';
import type { OutputShape } from './shapes/shape-function.ts';
import { simplifyOp } from './simplify-op.ts';
import { TraceError } from './trace-error.ts';
import type { TracedValue, TraceScope } from './trace-scope.ts';

/** A result of a recorded op. */
export interface RecordedOutput {
  readonly shape: readonly number[];
  readonly type: GraphType;
  readonly edge: Edge;
}

/**
 * Records one op that a TensorFlow.js kernel "executes": shapes by its shape function, then a node of the scope's graph.
 * Throws `TraceError` that names the op when it is unknown, random, or gets what it cannot take.
 */
export function recordOp(
  scope: TraceScope,
  binding: NativeBinding,
  op: string,
  opAttributes: readonly OpAttribute[],
  inputs: readonly TracedValue[],
): RecordedOutput[] {
  refuseRandomOp(op);
  try {
    const simplified = simplifyOp(readOpCall(binding, op, opAttributes, inputs));
    if ('call' in simplified) return addNode(scope, simplified.call);
    const { shape, type } = simplified.same;
    return [{ shape, type, edge: edgeOf(scope, simplified.same) }];
  } catch (error) {
    if (!(error instanceof TraceError) || error.message.includes(`\`${op}\``)) throw error;
    const shapes = inputs.map((input) => `[${input.shape}]`).join(', ');
    throw new TraceError(`op \`${op}\` of ${shapes || 'nothing'}: ${error.message}`);
  }
}

function addNode(scope: TraceScope, call: OpCall): RecordedOutput[] {
  const shapes = shapeFunction(call.op)(call.inputs, call.raw);
  const edges = call.inputs.map((input) => edgeOf(scope, input));
  if (isMatmul(call.op) && scope.matmulType !== 'float32') return [lowPrecisionProduct(scope, call, edges, shapes)];
  const node = scope.graph.add(call.op, edges, call.attributes);
  return shapes.map(({ shape, type }, output) => noted(scope, { ...node, output }, shape, type ?? outputType(call)));
}

function noted(scope: TraceScope, edge: Edge, shape: readonly number[], type: GraphType): RecordedOutput {
  scope.results.set(scope.graph.reference(edge), { shape, type });
  return { shape, type, edge };
}

/** The type of outputs whose shape function does not say: the op's `T`, else the first input's. */
function outputType(call: OpCall): GraphType {
  if (call.raw.T === undefined) return call.inputs[0]?.type ?? 'float32';
  const type = graphTypeOf(Number(call.raw.T));
  if (!type) throw new TraceError(`type code ${call.raw.T} is not supported in a traced function`);
  return type;
}

const isMatmul = (op: string): boolean => op === 'MatMul' || op === 'BatchMatMulV2';

/** Inputs rounded to the low-precision type (each edge once), the product there, and its result widened again. */
function lowPrecisionProduct(
  scope: TraceScope,
  call: OpCall,
  edges: readonly Edge[],
  shapes: readonly OutputShape[],
): RecordedOutput {
  const narrow = edges.map((edge) => castEdge(scope, edge));
  const product = scope.graph.add(call.op, narrow, { ...call.attributes, T: attribute.type(scope.matmulType) });
  const shape = shapes[0]?.shape ?? [];
  noted(scope, product, shape, scope.matmulType);
  return noted(
    scope,
    scope.graph.add('Cast', [product], castAttributes(scope.matmulType, 'float32')),
    shape,
    'float32',
  );
}

function castEdge(scope: TraceScope, edge: Edge): Edge {
  const key = `${edge.node}:${edge.output}`;
  const known = scope.casts.get(key);
  if (known) return known;
  const cast = scope.graph.add('Cast', [edge], castAttributes('float32', scope.matmulType));
  scope.casts.set(key, cast);
  return cast;
}

const castAttributes = (from: GraphType, to: GraphType) => ({
  SrcT: attribute.type(from),
  DstT: attribute.type(to),
  Truncate: attribute.boolean(false),
});
