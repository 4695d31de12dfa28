import type * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { fusedCrossEntropyKernel } from '../../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../../engine/load.ts';
import type { LoadedProgram } from '../../engine/program/loaded-program.ts';
import { ProgramBuilder } from '../../engine/program.ts';
import { decoderStates, loopedDecoderStates } from '../../model/decoder.ts';
import { decoderParameters, stackedDecoderParameters } from '../../model/decoder-parameters.ts';
import { valuesByName } from '../../model/in-layout-order.ts';
import { loopLayersForward } from '../../model/layer-loop.ts';
import { parameterLayout, stackedLayout } from '../../model/parameters.ts';
import { declareArrays, type ResidentArrays, writeArrays } from '../../model/resident-arrays.ts';
import type { NamedArray } from '../../model/types.ts';
import { repeatInTrace } from '../../train/repeat.ts';
import { labelScores, scoringQueryBlock } from './label-scores.ts';
import { requireScorable } from './require-scorable.ts';
import type { LabelScores, Scorer, ScorerOptions, ScoringBatch, ScoringShape } from './scorer.ts';

/**
 * Layers from which on they are one loop: XLA then compiles one layer, and its memory is free for the next.
 */
const fewestLooped = 8;

/** States after the final norm [B * T, E], and the head. */
interface FinalStates {
  readonly states: tf.Tensor2D;
  readonly output: tf.Tensor2D;
}

type ReadParameter = (name: string) => tf.Tensor;

function unrolledStates(model: PlanModel, ropeTheta: number, tokens: tf.Tensor2D, read: ReadParameter): FinalStates {
  const parameters = decoderParameters(model, read);
  const states = decoderStates(model, ropeTheta, parameters, { tokens, documents: null }, scoringQueryBlock);
  return { states, output: parameters.output };
}

function loopedStates(model: PlanModel, ropeTheta: number, tokens: tf.Tensor2D, read: ReadParameter): FinalStates {
  const parameters = stackedDecoderParameters(model, read);
  const how = { queryBlock: scoringQueryBlock, repeat: repeatInTrace, loop: loopLayersForward };
  const states = loopedDecoderStates(model, ropeTheta, parameters, { tokens, documents: null }, how);
  return { states, output: parameters.output };
}

/** Scores with one XLA function a shape; parameters stay in the engine. */
export class CompiledScorer implements Scorer {
  readonly #program: LoadedProgram;
  readonly #parameters: ResidentArrays;
  readonly #vocab: number;

  private constructor(program: LoadedProgram, parameters: ResidentArrays, vocab: number) {
    this.#program = program;
    this.#parameters = parameters;
    this.#vocab = vocab;
  }

  /** Traces a function for each shape and opens them in the engine. XLA compiles each at its first call. */
  static async create(engine: CompiledEngine, options: ScorerOptions): Promise<CompiledScorer> {
    const { model, ropeTheta, shapes } = options;
    const isLooped = model.layers >= fewestLooped;
    const layout = isLooped ? stackedLayout(model) : parameterLayout(model);
    const names = layout.map(({ name }) => name);
    const builder = new ProgramBuilder(engine, layout);
    for (const shape of shapes) {
      const { sequences, sequence, labels } = shape;
      const inputs = [
        { name: 'tokens', type: 'int32', shape: [sequences, sequence] },
        { name: 'places', type: 'int32', shape: [labels] },
        { name: 'labels', type: 'int32', shape: [labels] },
      ] as const;
      builder.define(signatureOf(shape), inputs, names, { xla: true }, (feeds, read) => {
        const tensors = {
          tokens: feeds.tokens as tf.Tensor2D,
          places: feeds.places as tf.Tensor1D,
          labels: feeds.labels as tf.Tensor1D,
        };
        const final = (isLooped ? loopedStates : unrolledStates)(model, ropeTheta, tensors.tokens, read);
        const scores = labelScores(model, final.states, final, tensors, {
          crossEntropy: fusedCrossEntropyKernel,
          repeat: repeatInTrace,
        });
        return { outputs: { log_probabilities: scores.logProbabilities, likeliest: scores.likeliest } };
      });
    }
    const resident = declareArrays(builder, 'parameters', layout, { layout: parameterLayout(model) });
    const scorer = new CompiledScorer(await builder.load(), resident, model.vocab);
    await scorer.writeParameters(options.parameters);
    return scorer;
  }

  async score(batch: ScoringBatch): Promise<LabelScores> {
    requireScorable(batch, this.#vocab);
    const { tokens, places, labels } = batch;
    const result = await this.#program.call(signatureOf(batch.shape), { tokens, places, labels });
    return {
      logProbabilities: result.log_probabilities as Float32Array,
      likeliest: Int32Array.from(result.likeliest!),
    };
  }

  async writeParameters(parameters: readonly NamedArray[]): Promise<void> {
    await writeArrays(this.#program, this.#parameters, valuesByName(this.#parameters.layout, parameters));
  }

  dispose(): void {
    this.#program.dispose();
  }
}

/** Made of the shape, so that a rerun finds its compiled functions in the engine's cache. */
function signatureOf({ sequences, sequence, labels }: ScoringShape): string {
  return `score_${sequences}x${sequence}_labels_${labels}`;
}
