import { type AttributeMessage, attribute } from '../graph/attribute.ts';
import type { NativeBinding, OpAttribute } from '../native-backend.ts';
import { TraceError } from './trace-error.ts';
import type { TracedValue } from './trace-scope.ts';

/** An op as a kernel asked for it: attributes both as the kernel gave them and as messages. */
export interface OpCall {
  readonly op: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, AttributeMessage>>;
  readonly inputs: readonly TracedValue[];
}

export function readOpCall(
  binding: NativeBinding,
  op: string,
  opAttributes: readonly OpAttribute[],
  inputs: readonly TracedValue[],
): OpCall {
  const raw = Object.fromEntries(opAttributes.map((it) => [it.name, it.value]));
  const attributes = Object.fromEntries(opAttributes.map((it) => [it.name, attributeMessage(binding, it)]));
  return { op, raw, attributes: { ...impliedAttributes(op, inputs), ...attributes }, inputs };
}

/** Eager execution infers these from the inputs, so the kernels leave them out; a graph needs them. */
function impliedAttributes(op: string, inputs: readonly TracedValue[]): Record<string, AttributeMessage> {
  const [first] = inputs;
  return op === 'ExpandDims' && first ? { T: attribute.type(first.type) } : {};
}

function attributeMessage(binding: NativeBinding, { name, type, value }: OpAttribute): AttributeMessage {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return { type: Number(value) };
    case binding.TF_ATTR_BOOL:
      return attribute.boolean(Boolean(value));
    case binding.TF_ATTR_INT:
      return attribute.integer(Number(value));
    case binding.TF_ATTR_FLOAT:
      return attribute.float(Number(value));
    case binding.TF_ATTR_STRING:
      return attribute.text(String(value));
    case binding.TF_ATTR_SHAPE:
      return attribute.shape(value as readonly number[]);
    default:
      throw new TraceError(`attribute \`${name}\` is of a kind that cannot be written`);
  }
}
