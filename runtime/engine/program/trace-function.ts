import * as tf from '@tensorflow/tfjs-core';
import { attribute } from '../graph/attribute.ts';
import { DATA_TYPE_CODE } from '../graph/data-type.ts';
import { type Edge, GraphBuilder } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import { refusingRandom } from '../trace/refuse-random.ts';
import { TRACE_BACKEND, type TraceBackend } from '../trace/trace-backend.ts';
import { TraceError } from '../trace/trace-error.ts';
import { newScope } from '../trace/trace-scope.ts';
import type { CompilePolicy, FunctionBody, FunctionResult, InputSpec, TracedFunction, VariableSpec } from './specs.ts';

/** The attribute by which TensorFlow compiles a call, or a function, as one XLA program. */
export const XLA_ATTRIBUTES = { _XlaMustCompile: attribute.boolean(true) } as const;

interface Traced {
  readonly traced: TracedFunction;
  /** The function, and the bodies of its loops. */
  readonly messages: readonly FunctionMessage[];
}

const argument = (name: string): Edge => ({ node: name, op: null, output: 0 });

/**
 * Runs `body` once on the trace backend and makes a FunctionDef of what it did. Throws `TraceError` for what cannot be
 * compiled. Afterwards the current TensorFlow.js backend is the one before, and no tensor of the trace is left.
 */
export function traceFunction(
  backend: TraceBackend,
  name: string,
  inputs: readonly InputSpec[],
  uses: readonly VariableSpec[],
  policy: CompilePolicy,
  body: FunctionBody,
): Traced {
  const scope = newScope(new GraphBuilder('function'), name, policy.matmulType ?? 'float32');
  const recorder = new FunctionRecorder(backend, scope.graph, uses);
  const before = tf.getBackend();
  tf.setBackend(TRACE_BACKEND);
  try {
    backend.recording(scope, () =>
      refusingRandom(() =>
        tf.tidy(() => {
          recorder.finish(body(recorder.inputTensors(inputs), (variable) => recorder.read(variable)));
        }),
      ),
    );
  } finally {
    tf.setBackend(before);
  }
  const { outputs } = recorder;
  const traced = { name, inputs, uses, xla: policy.xla, outputs: outputs.map(({ edge: _, ...output }) => output) };
  return { traced, messages: [...scope.inner, recorder.message(traced)] };
}

/** Reads, updates and outputs of one function while its body runs. */
class FunctionRecorder {
  readonly outputs: (TracedFunction['outputs'][number] & { readonly edge: Edge })[] = [];
  readonly #backend: TraceBackend;
  readonly #graph: GraphBuilder;
  readonly #uses: readonly VariableSpec[];
  readonly #reads = new Map<string, { tensor: tf.Tensor; edge: Edge }>();
  readonly #assignments: string[] = [];

  constructor(backend: TraceBackend, graph: GraphBuilder, uses: readonly VariableSpec[]) {
    this.#backend = backend;
    this.#graph = graph;
    this.#uses = uses;
  }

  inputTensors(inputs: readonly InputSpec[]): Record<string, tf.Tensor> {
    return Object.fromEntries(
      inputs.map(({ name, shape, type }) => [name, this.#backend.tensorOf(shape, type, argument(inputArgument(name)))]),
    );
  }

  /** The variable's value before this call. Reading twice gives one tensor. */
  read(variable: string): tf.Tensor {
    const known = this.#reads.get(variable);
    if (known) return known.tensor;
    const { spec, handle } = this.#variable(variable);
    const edge = this.#graph.add('ReadVariableOp', [handle], { dtype: attribute.type('float32') });
    const tensor = tf.keep(this.#backend.tensorOf(spec.shape, 'float32', edge));
    this.#reads.set(variable, { tensor, edge });
    return tensor;
  }

  #variable(variable: string): { spec: VariableSpec; handle: Edge } {
    const index = this.#uses.findIndex((use) => use.name === variable);
    const spec = this.#uses[index];
    if (!spec) throw new TraceError(`variable \`${variable}\` is not among those the function uses`);
    return { spec, handle: argument(handleArgument(index)) };
  }

  finish(result: FunctionResult): void {
    for (const [variable, tensor] of Object.entries(result.updates ?? {})) this.#assign(variable, tensor);
    for (const [name, tensor] of Object.entries(result.outputs)) this.#output(name, tensor);
    for (const { tensor } of this.#reads.values()) tensor.dispose();
  }

  /** A new value that does not depend on the old one could be assigned before the old one is read: hence the control edge. */
  #assign(variable: string, tensor: tf.Tensor): void {
    const { spec, handle } = this.#variable(variable);
    if (String(tensor.shape) !== String(spec.shape) || tensor.dtype !== 'float32') {
      throw new TraceError(
        `variable \`${variable}\` is float32 [${spec.shape}]; its update is ${tensor.dtype} [${tensor.shape}]`,
      );
    }
    const read = this.#reads.get(variable);
    const attributes = { dtype: attribute.type('float32'), validate_shape: attribute.boolean(false) };
    const after = read ? [read.edge.node] : [];
    this.#assignments.push(
      this.#graph.add('AssignVariableOp', [handle, this.#backend.edgeOf(tensor)], attributes, { after }).node,
    );
  }

  #output(name: string, tensor: tf.Tensor): void {
    if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32') {
      throw new TraceError(`output \`${name}\` is ${tensor.dtype}; cast it to float32 or int32`);
    }
    const type = tensor.dtype;
    const edge = this.#graph.add('Identity', [this.#backend.edgeOf(tensor)], { T: attribute.type(type) });
    this.outputs.push({ name, type, shape: tensor.shape, edge });
  }

  message(traced: TracedFunction): FunctionMessage {
    const inputArg = traced.inputs.map(({ name, type }) => ({ name: inputArgument(name), type: DATA_TYPE_CODE[type] }));
    const handles = traced.uses.map((_, index) => ({ name: handleArgument(index), type: DATA_TYPE_CODE.resource }));
    const outputArg = this.outputs.map(({ type }, index) => ({ name: `o${index}`, type: DATA_TYPE_CODE[type] }));
    return {
      signature: {
        name: traced.name,
        isStateful: true,
        inputArg: [...inputArg, ...handles],
        outputArg,
        controlOutput: this.#assignments,
      },
      attr: traced.xla ? XLA_ATTRIBUTES : {},
      nodeDef: this.#graph.nodes,
      ret: Object.fromEntries(this.outputs.map(({ edge }, index) => [`o${index}`, this.#graph.reference(edge)])),
      controlRet: Object.fromEntries(this.#assignments.map((node) => [node, node])),
    };
  }
}

/** Argument names may hold lower-case letters, digits and underscores only, and may not meet a node's name. */
const inputArgument = (name: string): string => `in_${name.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;

const handleArgument = (index: number): string => `variable_${index}`;
