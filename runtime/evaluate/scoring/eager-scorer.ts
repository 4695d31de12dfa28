import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { decoderStates } from '../../model/decoder.ts';
import { decoderParameters } from '../../model/decoder-parameters.ts';
import { inLayoutOrder } from '../../model/in-layout-order.ts';
import { plainCrossEntropyKernel } from '../../model/loss.ts';
import { parameterLayout } from '../../model/parameters.ts';
import { tensorOf } from '../../model/tensor-of.ts';
import type { NamedArray } from '../../model/types.ts';
import { labelScores, scoringQueryBlock } from './label-scores.ts';
import { requireScorable } from './require-scorable.ts';
import type { LabelScores, Scorer, ScorerOptions, ScoringBatch } from './scorer.ts';

/** Scores op by op on the current TensorFlow.js backend. */
export class EagerScorer implements Scorer {
  readonly #model: PlanModel;
  readonly #ropeTheta: number;
  #tensors: ReadonlyMap<string, tf.Tensor>;

  constructor({ model, ropeTheta, parameters }: ScorerOptions) {
    this.#model = model;
    this.#ropeTheta = ropeTheta;
    this.#tensors = tensorsOf(model, parameters);
  }

  async score(batch: ScoringBatch): Promise<LabelScores> {
    requireScorable(batch, this.#model.vocab);
    const { logProbabilities, likeliest } = tf.tidy(() => {
      const { sequences, sequence } = batch.shape;
      const tensors = {
        tokens: tf.tensor2d(batch.tokens, [sequences, sequence], 'int32'),
        places: tf.tensor1d(batch.places, 'int32'),
        labels: tf.tensor1d(batch.labels, 'int32'),
      };
      const parameters = decoderParameters(this.#model, (name) => this.#tensors.get(name)!);
      const read = { tokens: tensors.tokens, documents: null };
      const states = decoderStates(this.#model, this.#ropeTheta, parameters, read, scoringQueryBlock);
      return labelScores(this.#model, states, parameters, tensors, {
        crossEntropy: plainCrossEntropyKernel,
        repeat: null,
      }) as ReturnType<typeof labelScores> & tf.TensorContainerObject;
    });
    const scores = {
      logProbabilities: Float32Array.from(await logProbabilities.data()),
      likeliest: Int32Array.from(await likeliest.data()),
    };
    tf.dispose([logProbabilities, likeliest]);
    return scores;
  }

  async writeParameters(parameters: readonly NamedArray[]): Promise<void> {
    const before = this.#tensors;
    this.#tensors = tensorsOf(this.#model, parameters);
    tf.dispose([...before.values()]);
  }

  dispose(): void {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors = new Map();
  }
}

function tensorsOf(model: PlanModel, parameters: readonly NamedArray[]): Map<string, tf.Tensor> {
  return new Map(inLayoutOrder(parameterLayout(model), parameters).map((array) => [array.name, tensorOf(array)]));
}
