import { readFileSync } from 'node:fs';
import type { PlanModel, PlanOptimizer } from '../../compiler/plan/index.ts';
import type { Batch } from '../../runtime/data/types.ts';
import { countParameters, parameterLayout, sizeOf } from '../../runtime/model/parameters.ts';
import type { NamedArray, StepShape } from '../../runtime/model/types.ts';
import { hashedIntegers, hashedUniform } from './hashed-numbers.ts';

/** Of an array: its 2-norm and every 211th element. */
export interface KeptArray {
  readonly norm: number;
  readonly every_211th: readonly number[];
}

export interface ForwardCase {
  readonly tie_embeddings: boolean;
  readonly rope_theta: number;
  readonly batch: number;
  readonly length: number;
  readonly loss: number;
  readonly logit_positions: readonly number[];
  /** [batch, positions, vocab] */
  readonly logits: readonly number[];
  readonly gradients: Readonly<Record<string, KeptArray>>;
}

export interface TrainingCase {
  readonly tie_embeddings: boolean;
  readonly weight_decay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly clip_norm: number | null;
  readonly decay_exclude: readonly ('norms' | 'embeddings')[];
  readonly learning_rates: readonly number[];
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
  readonly loss_after: number;
  readonly weights: Readonly<Record<string, KeptArray>>;
}

interface LlamaFixture {
  readonly shape: Pick<PlanModel, 'layers' | 'hidden' | 'ffn' | 'heads' | 'kv_heads' | 'head_size' | 'vocab'>;
  readonly norm_eps: number;
  readonly tied: ForwardCase;
  readonly untied: ForwardCase;
  readonly long: ForwardCase;
  /** One window of 8,192 tokens, theta 130,000. */
  readonly longest: ForwardCase;
  /** hashedUniform(77) as heads [1, heads, positions, head_size], rotated for these positions. */
  readonly rotated: {
    readonly theta: number;
    readonly positions: readonly number[];
    readonly values: readonly number[];
  };
  readonly documents: Pick<ForwardCase, 'loss' | 'logit_positions' | 'logits'> & {
    readonly document_lengths: readonly (readonly number[])[];
  };
  readonly training: TrainingCase;
  readonly training_without_clipping: TrainingCase;
  readonly rotary: readonly {
    readonly theta: number;
    readonly positions: readonly number[];
    readonly cosine: readonly number[];
    readonly sine: readonly number[];
  }[];
}

/** What transformers and torch computed (test/fixtures/make_llama_fixtures.py). */
export const llamaFixture: LlamaFixture = JSON.parse(
  readFileSync(new URL('../fixtures/llama.json', import.meta.url), 'utf8'),
);

/** The model of the fixtures. */
export function fixtureModel(options: { tied: boolean; theta?: number }): PlanModel {
  const model = {
    family: 'llama' as const,
    ...llamaFixture.shape,
    context: 512,
    rope_theta: options.theta ?? 10_000,
    norm_eps: llamaFixture.norm_eps,
    tie_embeddings: options.tied,
    init_std: 0.02,
    parameters: 0,
  };
  return { ...model, parameters: countParameters(parameterLayout(model)) };
}

/** The fixtures' weights, in the layout's order. */
export function fixtureParameters(model: PlanModel): NamedArray[] {
  return parameterLayout(model).map(({ name, shape, group }, stream) => {
    const base = group === 'norms' ? 1 : 0;
    const values = hashedUniform(stream, sizeOf(shape)).map((value) => value * 0.25 + base);
    return { name, shape, values };
  });
}

/** Batch `stream` of the fixtures: every seventh label is ignored. */
export function fixtureBatch(stream: number, sequences = 2, sequence = 24): Batch {
  return hashedBatch(stream, { sequences, sequence, vocab: llamaFixture.shape.vocab });
}

/** The same for another vocabulary. */
export function hashedBatch(
  stream: number,
  { sequences, sequence, vocab }: { readonly sequences: number; readonly sequence: number; readonly vocab: number },
): Batch {
  const window = hashedIntegers(1000 + stream, sequences * (sequence + 1)).map((x) => x % vocab);
  const tokens = new Int32Array(sequences * sequence);
  const labels = new Int32Array(sequences * sequence);
  for (let i = 0; i < tokens.length; i++) {
    const at = Math.floor(i / sequence) * (sequence + 1) + (i % sequence);
    tokens[i] = window[at]!;
    labels[i] = i % 7 === 3 ? -100 : window[at + 1]!;
  }
  return { sequences, sequence, tokens, labels, documents: null };
}

/** Documents of these lengths in each row, numbered and positioned as the data side does it. */
export function documentsOf(lengths: readonly (readonly number[])[]): NonNullable<Batch['documents']> {
  const places = (value: (document: number, position: number) => number) =>
    Int32Array.from(
      lengths.flatMap((row) => row.flatMap((length, document) => Array.from({ length }, (_, p) => value(document, p)))),
    );
  return { index: places((document) => document), position: places((_, position) => position) };
}

export function stepShape(batch: Batch, ropeTheta = 10_000): StepShape {
  const attention = batch.documents === null ? 'full' : 'document';
  return { sequences: batch.sequences, sequence: batch.sequence, ropeTheta, attention };
}

export function fixtureOptimizer(test: TrainingCase): PlanOptimizer {
  const { beta1, beta2, weight_decay, decay_exclude } = test;
  return { kind: 'adamw', beta1, beta2, eps: 1e-8, weight_decay, decay_exclude };
}
