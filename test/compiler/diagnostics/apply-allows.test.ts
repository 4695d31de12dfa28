import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/index.ts';

const recipe = (places: {
  top?: string;
  dataset?: string;
  pretrain?: string;
  stage?: string;
  model?: string;
}) => `recipe a
tokenizer = local("t.json")
${places.top ?? ''}
dataset web {
  source = local("web/*.jsonl")
  size = 10k tokens
  ${places.dataset ?? ''}
}
model {
  layers = 2
  hidden = 64
  ffn = 192
  heads = 4
  vocab = 4096
  context = 512
  ${places.model ?? ''}
}
pretrain {
  tokens = 1M
  sequence = 128
  batch = 1024 tokens
  schedule = constant(peak = 1e-3)
  ${places.pretrain ?? ''}
  stage one 0..1M {
    ${places.stage ?? ''}
    100% web
  }
}
`;

function codesOf(text: string, options: Parameters<typeof compileRecipe>[2] = {}): readonly string[] {
  return compileRecipe(
    'a.smol',
    { readText: (path) => (path.endsWith('.lock') ? null : text) },
    options,
  ).diagnostics.map(({ code }) => code);
}

describe('an allow', () => {
  const allow = 'allow SM6004 "a test"';

  it.each(['top', 'dataset', 'pretrain', 'stage'])('silences the warning in the block it belongs to: %s', (place) => {
    expect(codesOf(recipe({}))).toEqual(['SM6004']);
    expect(codesOf(recipe({ [place]: allow }))).toEqual([]);
  });

  it('of another block silences nothing, and is said to', () => {
    expect(codesOf(recipe({ model: allow }))).toEqual(['SM1054', 'SM6004']);
  });

  it('of a profile silences what the recipe shows with that profile, and is not called idle without it', () => {
    const text = `${recipe({})}profile small { allow SM6004 "a test", pretrain { sequence = 64 } }
profile other { pretrain { sequence = 64 } }
`;
    expect(codesOf(text, { profile: 'small' })).toEqual([]);
    expect(codesOf(text, { profile: 'other' })).toEqual(['SM6004']);
    expect(codesOf(text)).toEqual(['SM6004']);
  });

  it('is not called idle where warnings may be missing', () => {
    expect(codesOf(recipe({ model: allow }), { settings: ['seed=7'] })).toEqual(['SM6004']);
  });

  it('is kept out of the plan with what it silences', () => {
    const { plan } = compileRecipe('a.smol', {
      readText: (path) => (path === 'a.smol' ? recipe({ top: allow }) : null),
    });
    expect(plan!.diagnostics).toEqual([]);
    expect(
      compileRecipe('a.smol', { readText: (path) => (path === 'a.smol' ? recipe({}) : null) }).plan!.diagnostics,
    ).toMatchObject([{ code: 'SM6004', severity: 'warning', at: { file: 'a.smol', line: 26 } }]);
  });

  it('must name a warning that there is', () => {
    expect(codesOf(recipe({ top: 'allow SM6999 "no such"' }))).toContain('SM1052');
    expect(codesOf(recipe({ top: 'allow SM5101 "an error"' }))).toContain('SM1053');
    expect(codesOf(recipe({ top: 'allow SM6102 "a note"' }))).toContain('SM1053');
  });
});
