import * as tf from '@tensorflow/tfjs-core';
import type { PlanOptimizer } from '../../compiler/plan/index.ts';
import type { ParameterGroup } from '../model/parameters.ts';

/** The optimizer's memory of one parameter; both are shaped like it and start at zero. */
export interface AdamwSlots {
  /** Running mean of the gradient. */
  readonly firstMoment: tf.Tensor;
  /** Running mean of its square. */
  readonly secondMoment: tf.Tensor;
}

/**
 * What of an update depends on the step, computed in double precision: in float32, 1 - beta2 ^ step would lose five of its
 * seven digits in the first steps with beta2 = 0.999.
 */
export interface StepFactors<Value> {
  /** 1 - learning rate * weight decay. */
  readonly decay: Value;
  /** learning rate / (1 - beta1 ^ step). */
  readonly stepSize: Value;
  /** sqrt(1 - beta2 ^ step). */
  readonly secondCorrection: Value;
}

/** `step` is 1-based. */
export function stepFactors(optimizer: PlanOptimizer, learningRate: number, step: number): StepFactors<number> {
  return {
    decay: 1 - learningRate * optimizer.weight_decay,
    stepSize: learningRate / (1 - optimizer.beta1 ** step),
    secondCorrection: Math.sqrt(1 - optimizer.beta2 ** step),
  };
}

/** Whether weight decay applies; decided by what the parameter is, never by its rank. */
export function isDecayed(group: ParameterGroup, optimizer: PlanOptimizer): boolean {
  return !optimizer.decay_exclude.some((excluded) => excluded === group);
}

/**
 * One AdamW update of one parameter (Loshchilov and Hutter 2019; the arithmetic of torch.optim.AdamW):
 *   m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2,
 *   theta <- theta (1 - lr wd) - lr m' / (sqrt(v') + eps),   m' and v' the bias-corrected moments.
 */
export function adamwUpdate(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  { firstMoment, secondMoment }: AdamwSlots,
  optimizer: PlanOptimizer,
  factors: StepFactors<tf.Scalar>,
  decayed: boolean,
): { readonly parameter: tf.Tensor; readonly slots: AdamwSlots } {
  const { beta1, beta2, eps, weight_decay } = optimizer;
  const first = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
  const second = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const denominator = tf.add(tf.div(tf.sqrt(second), factors.secondCorrection), eps);
  const kept = decayed && weight_decay !== 0 ? tf.mul(parameter, factors.decay) : parameter;
  return {
    parameter: tf.sub(kept, tf.mul(factors.stepSize, tf.div(first, denominator))),
    slots: { firstMoment: first, secondMoment: second },
  };
}
