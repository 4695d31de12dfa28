import * as tf from '@tensorflow/tfjs-core';
import { DATA_TYPE_CODE, type GraphType } from './graph/data-type.ts';
import type { NativeBackend, NativeBinding, OpAttribute } from './native-backend.ts';

/** An attribute of a raw op: a type by its name, a boolean, or an integer. */
export type RawAttribute = { readonly type: GraphType } | { readonly boolean: boolean } | { readonly integer: number };

/**
 * A TensorFlow op for which TensorFlow.js has no function, on the current backend: recorded in a trace, executed at once on
 * `tensorflow`. It has no gradient: wrap it in `tf.customGrad`. Throws on other backends.
 */
export function rawOp(
  op: string,
  attributes: Readonly<Record<string, RawAttribute>>,
  inputs: readonly tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = tf.backend() as NativeBackend;
  if (typeof backend.executeMultipleOutputs !== 'function') {
    throw new Error(`op \`${op}\` exists on TensorFlow only; the current engine is \`${tf.getBackend()}\``);
  }
  const list = Object.entries(attributes).map(([name, value]) => opAttribute(backend.binding, name, value));
  const infos = backend.executeMultipleOutputs(op, list, inputs, outputs);
  return infos.map((info) => (info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info, backend)));
}

function opAttribute(binding: NativeBinding, name: string, attribute: RawAttribute): OpAttribute {
  if ('type' in attribute) return { name, type: binding.TF_ATTR_TYPE, value: DATA_TYPE_CODE[attribute.type] };
  if ('boolean' in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.boolean };
  return { name, type: binding.TF_ATTR_INT, value: attribute.integer };
}
