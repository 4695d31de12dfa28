import * as tf from '@tensorflow/tfjs-core';
import { attribute } from '../graph/attribute.ts';
import { DATA_TYPE_CODE, type GraphType } from '../graph/data-type.ts';
import { type Edge, GraphBuilder } from '../graph/graph-builder.ts';
import { withFreshTape } from './fresh-tape.ts';
import { TRACE_BACKEND, type TraceBackend } from './trace-backend.ts';
import { TraceError } from './trace-error.ts';
import { newScope } from './trace-scope.ts';

interface StateType {
  readonly shape: readonly number[];
  readonly type: GraphType;
}

type Step<Result> = (state: readonly tf.Tensor[]) => Result;

/**
 * A loop inside the compiled program: `while (condition(state)) state = body(state)`. Both are traced once, in their own
 * functions, so they may use nothing but the state and constants. Shapes and types of the state stay as they are. It has no
 * gradient of its own: use it inside a custom gradient.
 */
export function whileLoop(
  state: readonly tf.Tensor[],
  condition: Step<tf.Tensor>,
  body: Step<readonly tf.Tensor[]>,
): tf.Tensor[] {
  const backend = tf.findBackend(TRACE_BACKEND) as TraceBackend | null;
  if (!backend?.isRecording) throw new TraceError('a loop can be made in a traced function only');
  const { scope } = backend;
  const types = state.map((tensor): StateType => ({ shape: tensor.shape, type: backend.tracedValue(tensor).type }));
  const name = `${scope.name}_while_${scope.inner.length}`;
  inner(backend, `${name}_condition`, types, [{ shape: [], type: 'bool' }], (values) => [condition(values)]);
  inner(backend, `${name}_body`, types, types, body);
  const edges = state.map((tensor) => backend.edgeOf(tensor));
  const node = scope.graph.add('StatelessWhile', edges, {
    T: attribute.types(types.map((it) => it.type)),
    cond: attribute.function(`${name}_condition`),
    body: attribute.function(`${name}_body`),
    output_shapes: attribute.shapes(types.map((it) => it.shape)),
    parallel_iterations: attribute.integer(1),
  });
  return types.map(({ shape, type }, output) => {
    const edge = { ...node, output };
    scope.results.set(scope.graph.reference(edge), { shape, type });
    return backend.tensorOf(shape, type, edge);
  });
}

/** Traces one of the two functions into the list that the outer function carries. */
function inner(
  backend: TraceBackend,
  name: string,
  inputs: readonly StateType[],
  outputs: readonly StateType[],
  work: Step<readonly tf.Tensor[]>,
): void {
  const outer = backend.scope;
  const graph = new GraphBuilder('function');
  let edges: Edge[] = [];
  backend.recording(newScope(graph, name, outer.matmulType, outer.inner), () =>
    withFreshTape(() =>
      tf.tidy(() => {
        const values = inputs.map(({ shape, type }, index) => {
          return backend.tensorOf(shape, type, { node: `s${index}`, op: null, output: 0 });
        });
        edges = resultEdges(backend, graph, name, work(values), outputs);
      }),
    ),
  );
  const argumentsOf = (prefix: string, types: readonly StateType[]) =>
    types.map(({ type }, index) => ({ name: `${prefix}${index}`, type: DATA_TYPE_CODE[type] }));
  outer.inner.push({
    signature: {
      name,
      isStateful: false,
      inputArg: argumentsOf('s', inputs),
      outputArg: argumentsOf('r', outputs),
      controlOutput: [],
    },
    attr: {},
    nodeDef: graph.nodes,
    ret: Object.fromEntries(edges.map((edge, index) => [`r${index}`, graph.reference(edge)])),
    controlRet: {},
  });
}

function resultEdges(
  backend: TraceBackend,
  graph: GraphBuilder,
  name: string,
  results: readonly tf.Tensor[],
  wanted: readonly StateType[],
): Edge[] {
  if (results.length !== wanted.length)
    throw new TraceError(`\`${name}\` gives ${results.length} values, not ${wanted.length}`);
  return results.map((tensor, index) => {
    const { shape, type } = wanted[index] as StateType;
    if (String(tensor.shape) !== String(shape) || backend.tracedValue(tensor).type !== type) {
      throw new TraceError(
        `value ${index} of \`${name}\` is ${tensor.dtype} [${tensor.shape}], not ${type} [${shape}]`,
      );
    }
    // A function may not return its own argument as it is.
    return graph.add('Identity', [backend.edgeOf(tensor)], { T: attribute.type(type) });
  });
}
