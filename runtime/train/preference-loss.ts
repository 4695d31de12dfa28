import * as tf from '@tensorflow/tfjs-core';
import type { PlanTuning } from '../../compiler/plan/index.ts';

/** How pairs of answers are compared. */
export interface PreferenceObjective {
  readonly beta: number;
  readonly loss: NonNullable<PlanTuning['loss']>;
  /** Whether an answer's log-likelihood, the reference's too, is divided by its number of tokens. */
  readonly lengthNormalised: boolean;
  /** Whether the program keeps the reference model itself; else batches bring its log-likelihoods. */
  readonly live: boolean;
}

/** What is logged of a step of preference learning, by the names that TRL's DPOTrainer has for it. */
export const preferenceMetricNames = [
  'rewards/chosen',
  'rewards/rejected',
  'rewards/accuracies',
  'rewards/margins',
  'logps/chosen',
  'logps/rejected',
  'logits/chosen',
  'logits/rejected',
] as const;

export type PreferenceMetrics = Readonly<Record<(typeof preferenceMetricNames)[number], number>>;

/** Metrics by their names, from their values in that order. */
export function preferenceMetrics(values: ArrayLike<number>): PreferenceMetrics {
  const entries = preferenceMetricNames.map((name, i) => [name, values[i]!] as const);
  return Object.fromEntries(entries) as PreferenceMetrics;
}

/** Values of P pairs, the chosen and the rejected answers'. */
export interface Answers {
  readonly chosen: tf.Tensor1D; // [P]
  readonly rejected: tf.Tensor1D; // [P]
}

/**
 * Loss of each pair [P] from the log-ratios of policy and reference, log pi(y) - log ref(y):
 * sigmoid: Rafailov et al. 2023, equation 7; hinge: Zhao et al. 2023; ipo: Azar et al. 2023, equation 17 (with normalised
 * lengths as TRL has it); apo_zero and apo_down: D'Oosterlinck et al. 2024, equations 2 and 3.
 */
export function pairLosses({ beta, loss }: PreferenceObjective, { chosen, rejected }: Answers): tf.Tensor1D {
  const margin = tf.sub(chosen, rejected);
  switch (loss) {
    case 'sigmoid':
      return tf.softplus(tf.mul(margin, -beta));
    case 'hinge':
      return tf.relu(tf.sub(1, tf.mul(margin, beta)));
    case 'ipo':
      return tf.square(tf.sub(margin, 1 / (2 * beta)));
    case 'apo_zero':
      return tf.add(tf.sub(1, tf.sigmoid(tf.mul(chosen, beta))), tf.sigmoid(tf.mul(rejected, beta)));
    case 'apo_down':
      return tf.add(tf.sigmoid(tf.mul(chosen, beta)), tf.sub(1, tf.sigmoid(tf.mul(margin, beta))));
  }
}
