import * as tf from '@tensorflow/tfjs-core';
import { attribute } from '../graph/attribute.ts';
import type { Edge, GraphBuilder } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import type { TraceBackend } from '../trace/trace-backend.ts';
import { TraceError } from '../trace/trace-error.ts';
import { functionMessage, handleArgument, inputArgument } from './function-message.ts';
import type { FunctionResult, InputSpec, TracedFunction, VariableSpec } from './specs.ts';

type RecordedResult = TracedFunction['outputs'][number] & { readonly edge: Edge };

const argument = (name: string): Edge => ({ node: name, op: null, output: 0 });

/** Reads, updates and outputs of one function while its body runs. */
export class FunctionRecorder {
  readonly outputs: RecordedResult[] = [];
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
    const results = this.outputs.map(({ type, edge }) => ({ type, reference: this.#graph.reference(edge) }));
    return functionMessage(traced, this.#graph.nodes, results, this.#assignments);
  }
}
