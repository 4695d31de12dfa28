import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderPlanMarkdown, renderPlanText } from '../../compiler/index.ts';
import { emitText } from '../support/emit-example.ts';
import { compileRecipeText } from './compile-recipe-text.ts';

const recipe = (stage: string, batch = '2_097_152 tokens') => `recipe extended
tokenizer = hf("HuggingFaceTB/cosmo2-tokenizer")
dataset web { source = hf("a/web"), size = 100T tokens }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 49152, context = 8192, rope_theta = 10_000 }
pretrain {
  tokens = 11T
  sequence = 2048
  batch = ${batch}
  schedule = constant(peak = 1e-4)
  stage short 0..10.925T { 100% web }
  stage long 10.925T..11T { ${stage}, 100% web }
}
`;

describe('report 10: a longer context', () => {
  it('has its own theta, and the plan shows both before and after; steps may change, tokens do not', () => {
    const { plan, said } = compileRecipeText(recipe('sequence = 8192, rope_theta = 130_000'));
    expect(said).toEqual([]);
    const [short, long] = plan!.phases[0]!.stages;
    expect(short).toMatchObject({ sequence: 2048, batch_sequences: 1024, rope_theta: 10_000 });
    expect(long).toMatchObject({ sequence: 8192, batch_sequences: 256, rope_theta: 130_000 });
    expect(plan!.model.context).toBe(8192);
    expect(plan!.totals.tokens).toBe(11_000_000_544_768);
    const shown = renderPlanText(plan!, { columns: 100, color: false });
    expect(shown).toMatch(/long +10\.925T – 11T .* 8,192/);
    expect(shown.replace(/\s+/g, ' ')).toContain(
      'long: sequence 2,048 → 8,192, sequences a step 1,024 → 256, RoPE theta 10,000 → 130,000, tokens a step stay 2,097,152',
    );
    expect(shown).toContain('context 8,192');
    expect(renderPlanMarkdown(plan!)).toContain('RoPE theta 10,000 → 130,000');
  });

  it.each([
    [
      'sequence = 8192',
      'SM4005 stage `long` extends the sequence from 2,048 to 8,192 and leaves `rope_theta` at 10,000',
    ],
    [
      'sequence = 8192, rope_theta = 1_000',
      'SM4006 stage `long` lowers `rope_theta` from 10,000 (stage `short`) to 1,000',
    ],
    [
      'sequence = 16_384, rope_theta = 130_000',
      "SM4004 the sequence of stage `long` (16,384) is longer than the model's context (8,192)",
    ],
  ])('%s is told', (stage, message) => {
    expect(compileRecipeText(recipe(stage)).said).toEqual([message]);
  });

  it('that the batch no longer divides by is an error', () => {
    const { said } = compileRecipeText(recipe('sequence = 8192, rope_theta = 130_000', '10_240 tokens'));
    expect(said).toEqual(['SM3109 a batch of 10,240 tokens is no whole number of sequences of 8,192 in stage `long`']);
  });

  it('with a batch in sequences has larger steps: said before and after', () => {
    const { said, plan } = compileRecipeText(recipe('sequence = 8192, rope_theta = 130_000', '1024 sequences'));
    expect(said).toEqual(['SM3110 a step has 8,388,608 tokens in stage `long` and 2,097,152 in stage `short`']);
    const shown = renderPlanText(plan!, { columns: 100, color: false }).replace(/\s+/g, ' ');
    expect(shown).toContain('tokens a step 2,097,152 → 8,388,608');
  });

  it('is exported to nanotron as a configuration of its own, since theta has one value in each', async () => {
    const text = recipe('sequence = 8192, rope_theta = 130_000').replace('batch =', 'precision = bf16\n  batch =');
    const { emission } = await emitText('nanotron', 'main.smol', text);
    expect(emission.files.map(({ path }) => path)).toEqual([
      'pretrain/1-short.yaml',
      'pretrain/2-long.yaml',
      'README.md',
    ]);
    const [short, long] = emission.files;
    const [before, after] = [parse(short!.text), parse(long!.text)];
    expect(before.model.model_config).toMatchObject({ rope_theta: 10_000, max_position_embeddings: 8192 });
    expect(after.model.model_config).toMatchObject({ rope_theta: 130_000, max_position_embeddings: 8192 });
    expect(before.tokens).toMatchObject({ sequence_length: 2048, train_steps: 5_209_446 });
    expect(after.tokens).toMatchObject({ sequence_length: 8192, train_steps: 5_245_209 });
    expect(after.checkpoints.resume_checkpoint_path).toBe('checkpoints/pretrain/5209446');
    const tokens = [before, after].map(
      ({ tokens: { micro_batch_size, batch_accumulation_per_replica, sequence_length } }) => {
        return micro_batch_size * batch_accumulation_per_replica * sequence_length;
      },
    );
    expect(tokens).toEqual([2_097_152, 2_097_152]);
  });
});
