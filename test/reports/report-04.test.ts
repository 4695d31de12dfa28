import { describe, expect, it } from 'vitest';
import { compileRecipeText } from './compile-recipe-text.ts';

const recipe = (starcoder: string, stages: string, tokens = '10T') => `recipe long
tokenizer = hf("HuggingFaceTB/cosmo2-tokenizer")
dataset web { source = hf("a/web"), size = 100T tokens }
dataset starcoder { source = hf("bigcode/starcoderdata"), size = 250B tokens, ${starcoder} }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 49152, context = 2048 }
pretrain {
  tokens = ${tokens}
  sequence = 2048
  batch = 2_097_152 tokens
  schedule = constant(peak = 1e-4)
  ${stages}
}
`;
const three =
  'stage a ..6T { 90% web, 10% starcoder }\nstage b 6T..8T { 80% web, 20% starcoder }\nstage c 8T.. { 84% web, 16% starcoder }';

describe('report 4: a dataset that runs out', () => {
  it('is counted over all stages: 1,320B of 250B are 5.28 epochs, the fourth ends at 8T', () => {
    const { plan, diagnostics } = compileRecipeText(recipe('repeat = 4 epochs', three));
    expect(plan!.datasets.find(({ name }) => name === 'starcoder')!.epochs).toBe('5.2800');
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['SM6004', 'warning']]);
    expect(diagnostics[0]!.label).toBe('stage a: 600B tokens, 2.40 epochs');
    expect(diagnostics[0]!.related.map(({ label }) => label)).toEqual([
      'stage b: 400B tokens, 1.60 epochs',
      'stage c: 320B tokens, 1.28 epochs',
      '250B tokens',
    ]);
    expect(diagnostics[0]!.notes[0]).toMatch(/^4 epochs end at 8T tokens \(step 3,814,69[78]\)$/);
  });

  it('in an earlier stage is an error where it may not be repeated, with the position', () => {
    const stages = 'stage a ..1T { 70% web, 30% starcoder }\nstage b 1T.. { 100% web }';
    const { plan, diagnostics } = compileRecipeText(recipe('repeat = never', stages));
    expect(plan).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'SM6103', severity: 'error' }]);
    // 250B / 30% = 833.3B tokens of the run.
    expect(diagnostics[0]!.notes[0]).toMatch(/^it runs out at 833B tokens \(step 397,36[4-6]\)$/);
  });
});
