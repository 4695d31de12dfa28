import { readFileSync } from 'node:fs';
import type { PlanModel } from '../../compiler/plan/index.ts';
import type { Batch } from '../../runtime/data/types.ts';
import type { NamedArray } from '../../runtime/model/types.ts';
import type { PreferenceMetrics, PreferenceObjective } from '../../runtime/train/preference-loss.ts';
import { exampleBatch } from '../../runtime/tuning/example-batch.ts';
import { hashedIntegers } from './hashed-numbers.ts';
import { fixtureParameters, type KeptArray } from './llama-fixture.ts';

interface PreferenceFixture {
  readonly beta: number;
  /** Tokens of prompt, chosen and rejected answer. */
  readonly pairs: readonly (readonly [number, number, number])[];
  readonly reference_scale: number;
  /** Chosen and rejected of each pair. */
  readonly reference_logps: readonly number[];
  readonly cases: readonly {
    readonly loss_type: PreferenceObjective['loss'];
    readonly length_normalised: boolean;
    readonly loss: number;
    readonly metrics: PreferenceMetrics;
    readonly gradients: Readonly<Record<string, KeptArray>>;
  }[];
}

/** What TRL computed (test/fixtures/make_preference_fixtures.py). */
export const preferenceFixture: PreferenceFixture = JSON.parse(
  readFileSync(new URL('../fixtures/preference.json', import.meta.url), 'utf8'),
);

/** The fixture's pairs as a batch of 24 tokens a sequence. */
export function preferenceBatch(sequence = 24): Batch {
  const sequences = preferenceFixture.pairs.flatMap((lengths, pair) => {
    const [prompt, chosen, rejected] = lengths.map((length, i) =>
      hashedIntegers(2000 + 3 * pair + i, length).map((x) => (x % 319) + 1),
    ) as unknown as [Int32Array, Int32Array, Int32Array];
    return [chosen, rejected].map((answer) => [
      {
        tokens: Int32Array.from([...prompt, ...answer]),
        trained: Uint8Array.from([...prompt, ...answer], (_, i) => (i < prompt.length ? 0 : 1)),
      },
    ]);
  });
  return exampleBatch(sequences, sequence, 'full');
}

/** The reference model's weights. */
export function referenceParameters(model: PlanModel): NamedArray[] {
  return fixtureParameters(model).map(({ name, shape, values }) => ({
    name,
    shape,
    values: values.map((value) => Math.fround(value * Math.fround(preferenceFixture.reference_scale))),
  }));
}
