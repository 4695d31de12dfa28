import * as tf from '@tensorflow/tfjs-core';
import { TraceError } from './trace-error.ts';

/** TensorFlow ops whose result their inputs do not decide. (`StatelessRandom…` take the seed as an input.) */
const RANDOM_KERNELS = /^(Multinomial|Random|TruncatedNormal|ParameterizedTruncatedNormal|StatefulRandom|Rng)/;

/** TensorFlow.js functions that draw numbers in JavaScript: in a trace they would be frozen into one constant. */
const RANDOM_FUNCTIONS = /^(random|rand|truncatedNormal|dropout|multinomial)/;

const HELP =
  'its numbers would be frozen into the program; draw them with a stateless random op from a seed that is an input';

/** Throws for an op that draws random numbers. */
export function refuseRandomOp(op: string): void {
  if (RANDOM_KERNELS.test(op)) throw new TraceError(`random op \`${op}\` cannot be traced: ${HELP}`);
}

/**
 * Runs `work` while TensorFlow.js's random functions and `Math.random` throw a `TraceError` that names them. Every public
 * function of TensorFlow.js opens a scope of its own name, which is where it is caught.
 */
export function refusingRandom<T>(work: () => T): T {
  const engine = tf.engine();
  const startScope = engine.startScope;
  const mathRandom = Math.random;
  const refuse = (name: string) => {
    throw new TraceError(`random function \`${name}\` cannot be traced: ${HELP}`);
  };
  engine.startScope = (name?: string) => {
    const bare = (name ?? '').replace(/__op$/, '');
    if (RANDOM_FUNCTIONS.test(bare)) refuse(`tf.${bare}`);
    startScope.call(engine, name ?? '');
  };
  Math.random = () => refuse('Math.random') as never;
  try {
    return work();
  } finally {
    Math.random = mathRandom;
    engine.startScope = startScope;
  }
}
