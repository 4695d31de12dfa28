import { GraphBuilder, type NodeMessage } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import type { TraceBackend } from '../trace/trace-backend.ts';
import { newScope, type TraceScope } from '../trace/trace-scope.ts';
import { functionMessage, inputArgument } from './function-message.ts';
import { FunctionRecorder } from './function-recorder.ts';
import { record } from './record.ts';
import type { CompilePolicy, InputSpec, PairBody, TracedFunction, TracedPair, VariableSpec } from './specs.ts';
import { splitGraph } from './split-graph.ts';

interface TracedPairMessages extends TracedPair {
  readonly messages: readonly FunctionMessage[];
}

/** Inputs of the two functions; the second takes those of the first too. */
export interface PairInputs {
  readonly first: readonly InputSpec[];
  readonly second: readonly InputSpec[];
}

const keptName = (index: number): string => `kept_${index}`;

/**
 * Runs `body` once and makes two functions of what it did: what the second results need of the first is kept between them, or
 * computed again where that is cheap. So a layer's forward and backward pass are compiled once for all layers. Throws `TraceError`
 * as `traceFunction` does.
 */
export function traceFunctionPair(
  backend: TraceBackend,
  name: string,
  inputs: PairInputs,
  uses: readonly VariableSpec[],
  policy: CompilePolicy,
  body: PairBody,
): TracedPairMessages {
  const scope = newScope(new GraphBuilder('function'), name, policy.matmulType ?? 'float32');
  const recorder = new FunctionRecorder(backend, scope.graph, uses);
  let firstCount = 0;
  record(backend, scope, () => {
    const tensors = recorder.inputTensors([...inputs.first, ...inputs.second]);
    const { first, second } = body(tensors, (variable) => recorder.read(variable));
    firstCount = Object.keys(first).length;
    recorder.finish({ outputs: first });
    recorder.finish({ outputs: second });
  });
  const results = recorder.outputs.map(({ edge, ...output }) => ({
    ...output,
    reference: scope.graph.reference(edge),
  }));
  const [first, second] = [results.slice(0, firstCount), results.slice(firstCount)];
  const references = (outputs: typeof results) => outputs.map(({ reference }) => reference);
  const later = new Set(inputs.second.map((input) => inputArgument(input.name)));
  const split = splitGraph(scope.graph.nodes, references(first), references(second), later);
  const kept = split.kept.map((reference, index) => ({
    name: keptName(index),
    reference,
    ...resultOf(scope, reference),
  }));
  const part = (of: 'first' | 'second', given: TracedFunction['inputs'], outputs: typeof results): TracedFunction => ({
    name: `${name}_${of}`,
    inputs: given,
    uses,
    xla: policy.xla,
    outputs: outputs.map(({ reference: _, ...output }) => output),
  });
  const forward = part('first', inputs.first, [...first, ...kept]);
  const keptInputs = kept.map(({ reference: _, ...input }) => input);
  const backward = part('second', [...inputs.first, ...inputs.second, ...keptInputs], second);
  const taken = new Map(kept.map(({ reference, name }) => [reference, inputArgument(name)]));
  const messages = [
    ...scope.inner,
    functionMessage(forward, split.first, [...first, ...kept], []),
    functionMessage(backward, withInputs(split.second, taken), second, []),
  ];
  return { first: forward, second: backward, kept: kept.map((it) => it.name), messages };
}

function resultOf(scope: TraceScope, reference: string) {
  const result = scope.results.get(reference);
  if (!result) throw new Error(`the shape of \`${reference}\` was not recorded`);
  return result;
}

/** Nodes that take arguments where they took results of nodes. */
function withInputs(nodes: readonly NodeMessage[], taken: ReadonlyMap<string, string>): NodeMessage[] {
  return nodes.map((node) => ({ ...node, input: node.input.map((reference) => taken.get(reference) ?? reference) }));
}
