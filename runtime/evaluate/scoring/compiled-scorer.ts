import type * as tf from '@tensorflow/tfjs-core';
import { fusedCrossEntropyKernel } from '../../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../../engine/load.ts';
import type { LoadedProgram } from '../../engine/program/loaded-program.ts';
import { ProgramBuilder } from '../../engine/program.ts';
import { decoderParameters } from '../../model/decoder-parameters.ts';
import { valuesByName } from '../../model/in-layout-order.ts';
import { parameterLayout } from '../../model/parameters.ts';
import { declareArrays, type ResidentArrays, writeArrays } from '../../model/resident-arrays.ts';
import type { NamedArray } from '../../model/types.ts';
import { labelScores } from './label-scores.ts';
import { requireScorable } from './require-scorable.ts';
import type { LabelScores, Scorer, ScorerOptions, ScoringBatch, ScoringShape } from './scorer.ts';

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
    const layout = parameterLayout(model);
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
        const parameters = decoderParameters(model, read);
        const scores = labelScores(model, ropeTheta, parameters, tensors, fusedCrossEntropyKernel);
        return { outputs: { log_probabilities: scores.logProbabilities, likeliest: scores.likeliest } };
      });
    }
    const resident = declareArrays(builder, 'parameters', layout);
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
