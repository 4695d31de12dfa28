import { describe, expect, it } from 'vitest';
import { countParameters, parameterLayout } from '../../../runtime/model/parameters.ts';
import { fixtureModel } from '../../support/llama-fixture.ts';

const base = fixtureModel({ tied: true });

describe('parameterLayout', () => {
  it.each([
    ['SmolLM2-135M', { layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, head_size: 64 }, 134_515_008],
    ['SmolLM2-1.7B', { layers: 24, hidden: 2048, ffn: 8192, heads: 32, kv_heads: 32, head_size: 64 }, 1_711_376_384],
  ])('has as many parameters as %s', (_, shape, parameters) => {
    expect(countParameters(parameterLayout({ ...base, ...shape, vocab: 49_152 }))).toBe(parameters);
  });

  it('has an output of its own only when the head is not tied to the embedding', () => {
    const tied = parameterLayout(base);
    const untied = parameterLayout({ ...base, tie_embeddings: false });
    expect(untied.slice(0, -1)).toEqual(tied);
    expect(untied.at(-1)).toEqual({ name: 'output', shape: [base.vocab, base.hidden], group: 'matrices' });
  });

  it('names every parameter once, and groups it by what it is', () => {
    const layout = parameterLayout({ ...base, layers: 1 });
    expect(layout.map(({ name, group }) => `${name}: ${group}`)).toEqual([
      'embedding: embeddings',
      'layers.0.attention_norm: norms',
      'layers.0.attention.query: matrices',
      'layers.0.attention.key: matrices',
      'layers.0.attention.value: matrices',
      'layers.0.attention.output: matrices',
      'layers.0.feed_forward_norm: norms',
      'layers.0.feed_forward.gate: matrices',
      'layers.0.feed_forward.up: matrices',
      'layers.0.feed_forward.down: matrices',
      'final_norm: norms',
    ]);
  });
});
