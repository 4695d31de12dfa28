import { attribute } from '../graph/attribute.ts';
import { DATA_TYPE_CODE, type GraphType } from '../graph/data-type.ts';
import type { NodeMessage } from '../graph/graph-builder.ts';
import type { FunctionMessage } from '../graph/saved-model.ts';
import type { TracedFunction } from './specs.ts';

/** The attribute by which TensorFlow compiles a call, or a function, as one XLA program. */
export const XLA_ATTRIBUTES = { _XlaMustCompile: attribute.boolean(true) } as const;

/** Argument names may hold lower-case letters, digits and underscores only, and may not meet a node's name. */
export const inputArgument = (name: string): string => `in_${name.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;

export const handleArgument = (index: number): string => `variable_${index}`;

/** The FunctionDef of a traced function: inputs, then the handles of its variables; `assignments` name the nodes that set them. */
export function functionMessage(
  traced: TracedFunction,
  nodes: readonly NodeMessage[],
  results: readonly { readonly type: GraphType; readonly reference: string }[],
  assignments: readonly string[],
): FunctionMessage {
  const inputArg = traced.inputs.map(({ name, type }) => ({ name: inputArgument(name), type: DATA_TYPE_CODE[type] }));
  const handles = traced.uses.map((_, index) => ({ name: handleArgument(index), type: DATA_TYPE_CODE.resource }));
  const outputArg = results.map(({ type }, index) => ({ name: `o${index}`, type: DATA_TYPE_CODE[type] }));
  return {
    signature: {
      name: traced.name,
      isStateful: true,
      inputArg: [...inputArg, ...handles],
      outputArg,
      controlOutput: assignments,
    },
    attr: traced.xla ? XLA_ATTRIBUTES : {},
    nodeDef: nodes,
    ret: Object.fromEntries(results.map(({ reference }, index) => [`o${index}`, reference])),
    controlRet: Object.fromEntries(assignments.map((node) => [node, node])),
  };
}
