import { GraphBuilder } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import type { TraceBackend } from '../trace/trace-backend.ts';
import { newScope } from '../trace/trace-scope.ts';
import { FunctionRecorder } from './function-recorder.ts';
import { record } from './record.ts';
import type { CompilePolicy, FunctionBody, InputSpec, TracedFunction, VariableSpec } from './specs.ts';

interface Traced {
  readonly traced: TracedFunction;
  /** The function, and the bodies of its loops. */
  readonly messages: readonly FunctionMessage[];
}

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
  record(backend, scope, () => {
    recorder.finish(body(recorder.inputTensors(inputs), (variable) => recorder.read(variable)));
  });
  const { outputs } = recorder;
  const traced = { name, inputs, uses, xla: policy.xla, outputs: outputs.map(({ edge: _, ...output }) => output) };
  return { traced, messages: [...scope.inner, recorder.message(traced)] };
}
