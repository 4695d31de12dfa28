import type * as tf from '@tensorflow/tfjs-core';
import type { GraphType } from '../graph/data-type.ts';
import type { Edge } from '../graph/graph-builder.ts';
import type { MatmulType } from '../trace/trace-scope.ts';

/** A float32 variable that stays in the engine's session. Its first value is whatever is assigned; it has none before. */
export interface VariableSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface InputSpec {
  readonly name: string;
  readonly type: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** How a function is compiled: as one XLA program, or by TensorFlow's kernels one op at a time. */
export interface CompilePolicy {
  readonly xla: boolean;
  /** What matrix products are computed in; float32 unless said. */
  readonly matmulType?: MatmulType;
}

export type ReadVariable = (name: string) => tf.Tensor;

export interface FunctionResult {
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
  /** New values of variables, assigned after everything that reads the old ones in this function. */
  readonly updates?: Readonly<Record<string, tf.Tensor>>;
}

/** The body of a traced function: ordinary TensorFlow.js code. It runs once, when it is traced. */
export type FunctionBody = (inputs: Readonly<Record<string, tf.Tensor>>, read: ReadVariable) => FunctionResult;

/** A tensor of the outer graph: an input of the program or the result of a call. */
export interface GraphValue {
  readonly edge: Edge;
  readonly type: GraphType;
  readonly shape: readonly number[];
}

export type GraphValues = Readonly<Record<string, GraphValue>>;

/** A function that has been traced; `ProgramBuilder.call` calls it, as often as wanted. */
export interface TracedFunction {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly type: GraphType; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly type: GraphType; readonly shape: readonly number[] }[];
  /** Shapes of the variables it takes, in the order it takes them. */
  readonly uses: readonly VariableSpec[];
  readonly xla: boolean;
}

/** The body of two functions that are traced as one: results of the first depend on nothing that the second is given. */
export type PairBody = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  read: ReadVariable,
) => {
  readonly first: Readonly<Record<string, tf.Tensor>>;
  readonly second: Readonly<Record<string, tf.Tensor>>;
};

/** Two functions: the second is given what the first was given, its own inputs, and what the first kept for it. */
export interface TracedPair {
  readonly first: TracedFunction;
  readonly second: TracedFunction;
  /** Names of outputs of the first that are inputs of the second. */
  readonly kept: readonly string[];
}
