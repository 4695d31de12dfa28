import { describe, expect, it } from 'vitest';
import { diffPlans, renderDiffMarkdown, renderDiffText } from '../../compiler/diff/index.ts';
import { compileRecipeText } from './compile-recipe-text.ts';

const recipe = (dpo: string) => `recipe preferences
tokenizer = hf("HuggingFaceTB/cosmo2-tokenizer")
dataset web { source = hf("a/web"), size = 1B tokens }
dataset pairs { source = local("pairs.jsonl"), size = 1000 rows }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 49152, context = 2048 }
pretrain {
  tokens = 1M
  sequence = 256
  batch = 4096 tokens
  schedule = constant(peak = 1e-4)
  100% web
}
dpo {
  data = pairs
  epochs = 1
  batch = 10 sequences
  chat = chatml()
  schedule = constant(peak = 1e-6)
  ${dpo}
}
`;

function diffOf(old: string, next: string) {
  const [a, b] = [old, next].map((dpo) => compileRecipeText(recipe(dpo)).plan!);
  const diff = diffPlans(a!, b!);
  return { diff, text: renderDiffText(diff, { columns: 80, color: false }), markdown: renderDiffMarkdown(diff) };
}

describe('report 17: sums and means of log-likelihoods', () => {
  it('sums unless the recipe says otherwise, and the plan says which', () => {
    const { plan, said } = compileRecipeText(recipe('beta = 0.5'));
    expect(said).toEqual([]);
    expect(plan!.phases[1]!.tuning!.length_normalised).toBe(false);
  });

  it('warns in the diff of another choice without another beta', () => {
    const { diff, text, markdown } = diffOf('beta = 0.5', 'beta = 0.5, length_normalised = true');
    expect(text.replace(/\s+/g, ' ')).toContain('length_normalised false → true');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'warning: `length_normalised` of `dpo` changes and `beta` stays 0.5: a sum of log-likelihoods is about',
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(markdown).toContain('- warning: `length_normalised` of `dpo` changes and `beta` stays 0.5');
    expect(JSON.stringify(diff)).toContain('"warning":"`length_normalised` of `dpo`');
  });

  it('says nothing when beta changes with it, or alone', () => {
    for (const next of ['beta = 20, length_normalised = true', 'beta = 20']) {
      const { diff, text } = diffOf('beta = 0.5', next);
      expect(text).not.toContain('warning:');
      expect(JSON.stringify(diff)).not.toContain('"warning"');
    }
  });
});
