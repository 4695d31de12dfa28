import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { Batch } from '../../../runtime/data/types.ts';
import { decoderLogits, decoderStates } from '../../../runtime/model/decoder.ts';
import { decoderParameters } from '../../../runtime/model/decoder-parameters.ts';
import { tensorOf } from '../../../runtime/model/tensor-of.ts';
import { batchTensors } from '../../../runtime/train/batch-tensors.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import {
  documentsOf,
  fixtureBatch,
  fixtureModel,
  fixtureParameters,
  llamaFixture,
  stepShape,
} from '../../support/llama-fixture.ts';

beforeAll(useEagerBackend);

/** [batch * length * vocab] */
function logitsOf(model: PlanModel, batch: Batch): Float32Array {
  return tf.tidy(() => {
    const tensors = new Map(fixtureParameters(model).map((array) => [array.name, tensorOf(array)]));
    const parameters = decoderParameters(model, (name) => tensors.get(name)!);
    const inputs = batchTensors(stepShape(batch, model.rope_theta), batch, llamaFixture.shape.vocab);
    const logits = decoderLogits(decoderStates(model, model.rope_theta, parameters, inputs), parameters);
    return logits.dataSync() as Float32Array;
  });
}

/** The logits of one row and place. */
function at(logits: Float32Array, batch: Batch, row: number, place: number): Float32Array {
  const { vocab } = llamaFixture.shape;
  const from = (row * batch.sequence + place) * vocab;
  return logits.subarray(from, from + vocab);
}

function expectLogits(
  logits: Float32Array,
  batch: Batch,
  expected: { logit_positions: readonly number[]; logits: readonly number[] },
) {
  const mine = Array.from({ length: batch.sequences }, (_, row) =>
    expected.logit_positions.flatMap((place) => [...at(logits, batch, row, place)]),
  ).flat();
  expect(mine).toHaveLength(expected.logits.length);
  const worst = mine.reduce((most, x, i) => Math.max(most, Math.abs(x - expected.logits[i]!)), 0);
  expect(worst).toBeLessThan(1e-5); // the contract asks for 1e-4
}

describe('the decoder', () => {
  it.each(['tied', 'untied', 'long'] as const)('gives the logits of LlamaForCausalLM (%s)', (name) => {
    const test = llamaFixture[name];
    const model = fixtureModel({ tied: test.tie_embeddings, theta: test.rope_theta });
    const batch = fixtureBatch(0, test.batch, test.length);
    expectLogits(logitsOf(model, batch), batch, test);
  });

  it('gives the logits of LlamaForCausalLM under a document mask with restarting positions', () => {
    const test = llamaFixture.documents;
    const batch = { ...fixtureBatch(0), documents: documentsOf(test.document_lengths) };
    expectLogits(logitsOf(fixtureModel({ tied: true }), batch), batch, test);
  });

  it('uses theta: another theta changes the logits of later places and not of the first', () => {
    const batch = fixtureBatch(0, 1, 8);
    const one = logitsOf(fixtureModel({ tied: true }), batch);
    const other = logitsOf(fixtureModel({ tied: true, theta: 100 }), batch);
    expect(at(other, batch, 0, 0)).toEqual(at(one, batch, 0, 0));
    expect(at(other, batch, 0, 7)).not.toEqual(at(one, batch, 0, 7));
  });

  it('never looks ahead: changing a token leaves all logits before it as they were', () => {
    const model = fixtureModel({ tied: true });
    const batch = fixtureBatch(0, 1, 12);
    const changed = withToken(batch, 7);
    const [before, after] = [logitsOf(model, batch), logitsOf(model, changed)];
    for (let place = 0; place < 7; place++) expect(at(after, batch, 0, place)).toEqual(at(before, batch, 0, place));
    for (let place = 7; place < 12; place++)
      expect(at(after, batch, 0, place)).not.toEqual(at(before, batch, 0, place));
  });

  it('keeps packed documents apart: changing a token of one leaves the next one bit for bit', () => {
    const model = fixtureModel({ tied: true });
    const documents = documentsOf([[5, 7]]);
    const batch: Batch = { ...fixtureBatch(0, 1, 12), documents };
    const [before, after] = [logitsOf(model, batch), logitsOf(model, withToken(batch, 2))];
    for (let place = 5; place < 12; place++) expect(at(after, batch, 0, place)).toEqual(at(before, batch, 0, place));
    expect(at(after, batch, 0, 4)).not.toEqual(at(before, batch, 0, 4));

    const full: Batch = { ...batch, documents: null };
    const [fullBefore, fullAfter] = [logitsOf(model, full), logitsOf(model, withToken(full, 2))];
    for (let place = 5; place < 12; place++)
      expect(at(fullAfter, full, 0, place)).not.toEqual(at(fullBefore, full, 0, place));
  });

  it('sees a document packed after another as it would see it alone', () => {
    const model = fixtureModel({ tied: true });
    const batch: Batch = { ...fixtureBatch(0, 1, 12), documents: documentsOf([[5, 7]]) };
    const alone: Batch = {
      ...batch,
      sequence: 7,
      tokens: batch.tokens.slice(5),
      labels: batch.labels.slice(5),
      documents: null,
    };
    const [packed, single] = [logitsOf(model, batch), logitsOf(model, alone)];
    for (let place = 0; place < 7; place++) {
      const [one, other] = [at(packed, batch, 0, place + 5), at(single, alone, 0, place)];
      expect(one.every((x, i) => Math.abs(x - other[i]!) < 1e-5)).toBe(true);
    }
  });

  it('leaves no tensors behind', () => {
    const batch = fixtureBatch(0, 1, 8);
    const before = tf.memory().numTensors;
    logitsOf(fixtureModel({ tied: false }), batch);
    expect(tf.memory().numTensors).toBe(before);
  });
});

function withToken(batch: Batch, place: number): Batch {
  const tokens = batch.tokens.slice();
  tokens[place] = (tokens[place]! + 1) % llamaFixture.shape.vocab;
  return { ...batch, tokens };
}
