import * as tf from '@tensorflow/tfjs-core';
import { whileLoop } from '../engine/trace/while-loop.ts';
import type { Repeat } from '../model/repeat.ts';

/** One loop inside the traced function: the body is compiled once, and its temporary arrays are used again each time. */
export const repeatInTrace: Repeat = (times, fixed, state, body) => {
  const start = [tf.scalar(0, 'int32'), ...fixed, ...state];
  const partsOf = (values: readonly tf.Tensor[]) => ({
    index: values[0] as tf.Scalar,
    held: values.slice(1, 1 + fixed.length),
    changing: values.slice(1 + fixed.length),
  });
  const end = whileLoop(
    start,
    (values) => tf.less(partsOf(values).index, tf.scalar(times, 'int32')),
    (values) => {
      const { index, held, changing } = partsOf(values);
      return [tf.add(index, tf.scalar(1, 'int32')), ...held, ...body(index, held, changing)];
    },
  );
  return partsOf(end).changing;
};

/** The same as calls, for backends that compute op by op. Call inside `tf.tidy`, which owns `state`. */
export const repeatEagerly: Repeat = (times, fixed, state, body) => {
  let current = [...state];
  for (let index = 0; index < times; index++) {
    const next = tf.tidy(() => [...body(tf.scalar(index, 'int32'), fixed, current)]);
    tf.dispose(current.filter((tensor) => !next.includes(tensor)));
    current = next;
  }
  return current;
};
