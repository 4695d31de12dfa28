import { describe, expect, it } from 'vitest';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText } from './compile-recipe-text.ts';

describe('report 26: keys that nothing would read', () => {
  const lines = [
    'clip_nrom = 1.0',
    'warmpu = 2000 steps',
    'hidden = 64',
    'sequnce = 128',
    'tokens = 2M',
    'optimzer = adamw()',
    '50% web',
    '50% code',
  ];
  const text = recipeWith(lines, { schedule: 'constant(peak = 1e-3, lr_min = 0)' });
  const { diagnostics, plan, drawn } = compileRecipeText(text);
  const at = (word: string, from = 0) => text.indexOf(word, from);

  it('are all errors, in one pass, each where it stands', () => {
    expect(plan).toBeNull();
    const found = diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end), span.start]);
    expect(found).toEqual([
      ['SM1022', 'lr_min', at('lr_min')],
      ['SM1003', 'clip_nrom', at('clip_nrom')],
      ['SM1003', 'warmpu', at('warmpu')],
      ['SM1004', 'hidden', at('hidden', at('warmpu'))],
      ['SM1003', 'sequnce', at('sequnce')],
      ['SM1005', 'tokens', at('tokens', at('sequnce'))],
      ['SM1003', 'optimzer', at('optimzer')],
    ]);
    const line = text.slice(0, at('clip_nrom')).split('\n').length;
    expect(drawn).toContain(`--> main.smol:${line}:3`);
  });

  it('say what was meant, where it belongs, and where it was given first', () => {
    const helpOf = (word: string) => diagnostics.find(({ message }) => message.includes(`\`${word}\``))!.help;
    expect(helpOf('clip_nrom')).toContain('did you mean `clip_norm`?');
    expect(helpOf('sequnce')).toContain('did you mean `sequence`?');
    expect(helpOf('warmpu')).toContain('`schedule = wsd(warmup = …)`');
    expect(helpOf('hidden')).toContain('move `hidden` to `model`');
    const twice = diagnostics.find(({ code }) => code === 'SM1005')!;
    expect(twice.related.map(({ span }) => span.start)).toEqual([at('tokens', at('pretrain'))]);
  });
});
