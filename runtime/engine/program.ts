import { attribute } from './graph/attribute.ts';
import { type Edge, GraphBuilder } from './graph/graph-builder.ts';
import { encodeSavedModel, type FunctionMessage, type Signature, type SignatureTensor } from './graph/saved-model.ts';
import type { CompiledEngine } from './load.ts';
import { XLA_ATTRIBUTES } from './program/function-message.ts';
import { type LoadedProgram, openProgram } from './program/loaded-program.ts';
import type {
  CompilePolicy,
  FunctionBody,
  GraphValue,
  GraphValues,
  InputSpec,
  PairBody,
  TracedFunction,
  TracedPair,
  VariableSpec,
} from './program/specs.ts';
import { traceFunction } from './program/trace-function.ts';
import { type PairInputs, traceFunctionPair } from './program/trace-pair.ts';
import { traceBackend } from './trace/trace-backend.ts';
import { TraceError } from './trace/trace-error.ts';

/**
 * Functions and variables on their way to one loaded program. Everything that is called by name (a signature) shares one
 * session, and so the variables.
 *
 * The short way is `define` (one function, one signature), `readSignature`, `assignSignature`, `fillSignature`, `load`.
 * Where a signature is several calls (gradients by kernels, optimizer by XLA), use `function`, `input`, `call`, `signature`.
 */
export class ProgramBuilder {
  readonly #engine: CompiledEngine;
  readonly #variables: ReadonlyMap<string, VariableSpec>;
  readonly #graph = new GraphBuilder('graph');
  readonly #functions = new Map<string, FunctionMessage>();
  readonly #signatures = new Map<string, Signature>();
  readonly #handles = new Map<string, Edge>();

  constructor(engine: CompiledEngine, variables: readonly VariableSpec[]) {
    this.#engine = engine;
    this.#variables = new Map(variables.map((variable) => [variable.name, variable]));
    if (this.#variables.size !== variables.length) throw new TraceError('two variables have one name');
    variables.forEach(({ name, shape }, index) => {
      const attributes = {
        dtype: attribute.type('float32'),
        shape: attribute.shape(shape),
        shared_name: attribute.text(name),
        container: attribute.text(''),
      };
      this.#handles.set(name, this.#graph.add('VarHandleOp', [], attributes, { name: `variable/${index}` }));
    });
  }

  /**
   * Traces `body` and makes it callable by `name`: `inputs` become feeds, its `outputs` results. `uses` names the variables
   * that it may read or update. Throws `TraceError` for an op that cannot be compiled.
   */
  define(
    name: string,
    inputs: readonly InputSpec[],
    uses: readonly string[],
    policy: CompilePolicy,
    body: FunctionBody,
  ): void {
    const fn = this.function(name, inputs, uses, policy, body);
    const feeds = Object.fromEntries(inputs.map((input) => [input.name, this.input(`${name}/${input.name}`, input)]));
    this.signature(name, feeds, this.call(fn, feeds));
  }

  /** Traces `body` into a function of the program's library, to be called by `call`. */
  function(
    name: string,
    inputs: readonly InputSpec[],
    uses: readonly string[],
    policy: CompilePolicy,
    body: FunctionBody,
  ): TracedFunction {
    const variables = uses.map((variable) => this.#variable(variable));
    const backend = traceBackend(this.#engine.backend);
    const { traced, messages } = traceFunction(backend, this.#newName(name), inputs, variables, policy, body);
    this.#add(messages);
    return traced;
  }

  /** Traces `body` into two functions, of which the second goes on where the first ended. */
  pair(name: string, inputs: PairInputs, uses: readonly string[], policy: CompilePolicy, body: PairBody): TracedPair {
    const variables = uses.map((variable) => this.#variable(variable));
    const backend = traceBackend(this.#engine.backend);
    const { messages, ...pair } = traceFunctionPair(backend, this.#newName(name), inputs, variables, policy, body);
    this.#add(messages);
    return pair;
  }

  /** The name in the program's library. Throws `TraceError` when a function has it, or a pair. */
  #newName(name: string): string {
    const unique = `smol_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
    const taken = [unique, `${unique}_first`].some((known) => this.#functions.has(known));
    if (taken) throw new TraceError(`function \`${name}\` exists already`);
    return unique;
  }

  #add(messages: readonly FunctionMessage[]): void {
    for (const message of messages) this.#functions.set(message.signature.name, message);
  }

  /** A tensor that is fed. `name` must be new. */
  input(name: string, spec: Omit<InputSpec, 'name'>): GraphValue {
    const attributes = { dtype: attribute.type(spec.type), shape: attribute.shape(spec.shape) };
    const edge = this.#graph.add('Placeholder', [], attributes, { name: `input/${name}` });
    return { edge, type: spec.type, shape: spec.shape };
  }

  /**
   * Calls a traced function with values of the graph. `uses` gives it other variables of the same shapes (a layer's function
   * called for each layer is compiled once); `after` are values that must have been computed before.
   */
  call(
    fn: TracedFunction,
    inputs: GraphValues,
    options: { uses?: readonly string[]; after?: readonly GraphValue[] } = {},
  ): GraphValues {
    const uses = options.uses ?? fn.uses.map((variable) => variable.name);
    const handles = uses.map((variable, index) => this.#handle(variable, fn.uses[index]?.shape));
    const feeds = fn.inputs.map((input) => matching(fn, input, inputs[input.name]).edge);
    const attributes = {
      Tin: attribute.types([...fn.inputs.map((input) => input.type), ...uses.map(() => 'resource' as const)]),
      Tout: attribute.types(fn.outputs.map((output) => output.type)),
      f: attribute.function(fn.name),
      config: attribute.text(''),
      config_proto: attribute.text(''),
      executor_type: attribute.text(''),
      ...(fn.xla ? XLA_ATTRIBUTES : {}),
    };
    const after = (options.after ?? []).map((value) => value.edge.node);
    const call = this.#graph.add('StatefulPartitionedCall', [...feeds, ...handles], attributes, { after });
    return Object.fromEntries(
      fn.outputs.map(({ name, type, shape }, output) => [name, { edge: { ...call, output }, type, shape }]),
    );
  }

  /** Makes values of the graph callable by `name`. `after` are values that must have been computed, though not given. */
  signature(name: string, inputs: GraphValues, outputs: GraphValues, after: readonly GraphValue[] = []): void {
    if (this.#signatures.has(name)) throw new TraceError(`signature \`${name}\` exists already`);
    const nodes = after.map((value) => value.edge.node);
    const named = Object.entries(outputs).map(([key, { edge, type, shape }], index): [string, SignatureTensor] => {
      const attributes = { T: attribute.type(type) };
      const copy = this.#graph.add('Identity', [edge], attributes, { after: nodes, name: `output/${name}/${index}` });
      return [key, { node: copy.node, type, shape }];
    });
    const fed = Object.entries(inputs).map(([key, { edge, type, shape }]): [string, SignatureTensor] => [
      key,
      { node: edge.node, type, shape },
    ]);
    this.#signatures.set(name, { inputs: new Map(fed), outputs: new Map(named) });
  }

  /** `read_GROUP()` -> the values of `names`. */
  readSignature(group: string, names: readonly string[]): void {
    const values = names.map((name): [string, GraphValue] => {
      const { shape } = this.#variable(name);
      const attributes = { dtype: attribute.type('float32') };
      return [
        name,
        { edge: this.#graph.add('ReadVariableOp', [this.#handle(name)], attributes), type: 'float32', shape },
      ];
    });
    this.signature(`read_${group}`, {}, Object.fromEntries(values));
  }

  /** `assign_GROUP({ name: values, … })` sets all of `names`. */
  assignSignature(group: string, names: readonly string[]): void {
    const inputs = names.map((name, index): [string, GraphValue] => {
      const { shape } = this.#variable(name);
      return [name, this.input(`assign_${group}/${index}`, { type: 'float32', shape })];
    });
    const assigned = inputs.map(([name, value]) => this.#assign(name, value.edge));
    this.#doneSignature(`assign_${group}`, Object.fromEntries(inputs), assigned);
  }

  /**
   * `fill_GROUP({ value })` sets every number of `names` to the value, without an array of them on the JavaScript side. The
   * value is fed: of a constant, TensorFlow's constant folding would make arrays when the session is opened, and keep them.
   */
  fillSignature(group: string, names: readonly string[]): void {
    const value = this.input(`fill_${group}/value`, { type: 'float32', shape: [] });
    const assigned = names.map((name) => {
      const { shape } = this.#variable(name);
      const sizes = this.#constant('int32', [shape.length], shape);
      const attributes = { T: attribute.type('float32'), index_type: attribute.type('int32') };
      return this.#assign(name, this.#graph.add('Fill', [sizes, value.edge], attributes));
    });
    this.#doneSignature(`fill_${group}`, { value }, assigned);
  }

  /** The program as a SavedModel's bytes. */
  encode(): Uint8Array {
    return encodeSavedModel(this.#graph, [...this.#functions.values()], this.#signatures);
  }

  /** Opens the program in the engine. */
  load(): Promise<LoadedProgram> {
    return openProgram(this.#engine, this.encode(), new Map(this.#signatures));
  }

  #variable(name: string): VariableSpec {
    const variable = this.#variables.get(name);
    if (!variable) throw new TraceError(`there is no variable \`${name}\``);
    return variable;
  }

  #handle(name: string, wanted?: readonly number[]): Edge {
    const { shape } = this.#variable(name);
    if (wanted && String(wanted) !== String(shape)) {
      throw new TraceError(`variable \`${name}\` is [${shape}]; the function takes [${wanted}]`);
    }
    return this.#handles.get(name) as Edge;
  }

  #assign(name: string, value: Edge): string {
    const attributes = { dtype: attribute.type('float32'), validate_shape: attribute.boolean(false) };
    return this.#graph.add('AssignVariableOp', [this.#handle(name), value], attributes).node;
  }

  #constant(type: 'float32' | 'int32', shape: readonly number[], values: readonly number[]): Edge {
    return this.#graph.add('Const', [], { dtype: attribute.type(type), value: attribute.tensor(type, shape, values) });
  }

  /** A signature that only acts: its one output, `done`, is 1 when `nodes` have run. */
  #doneSignature(name: string, inputs: GraphValues, nodes: readonly string[]): void {
    const value = attribute.tensor('int32', [], [1]);
    const edge = this.#graph.add('Const', [], { dtype: attribute.type('int32'), value }, { after: nodes });
    this.signature(name, inputs, { done: { edge, type: 'int32', shape: [] } });
  }
}

function matching(
  fn: TracedFunction,
  input: TracedFunction['inputs'][number],
  value: GraphValue | undefined,
): GraphValue {
  if (!value) throw new TraceError(`function \`${fn.name}\` was called without \`${input.name}\``);
  if (value.type === input.type && String(value.shape) === String(input.shape)) return value;
  throw new TraceError(
    `input \`${input.name}\` of \`${fn.name}\` is ${input.type} [${input.shape}]; it was given ${value.type} [${value.shape}]`,
  );
}
