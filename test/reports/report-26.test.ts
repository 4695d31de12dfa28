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
    for (const { span } of diagnostics) {
      const before = text.slice(0, span.start).split('\n');
      expect(drawn).toContain(`--> main.smol:${before.length}:${before.at(-1)!.length + 1}\n`);
    }
  });

  it('say what was meant, where it belongs, and where it was given first', () => {
    const helpOf = (word: string) => diagnostics.find(({ message }) => message.includes(`\`${word}\``))!.help;
    expect(helpOf('clip_nrom')).toContain('did you mean `clip_norm`?');
    expect(helpOf('sequnce')).toContain('did you mean `sequence`?');
    expect(helpOf('warmpu')).toContain('`schedule = wsd(warmup = …)`');
    expect(helpOf('hidden')).toContain('move `hidden` to `model`');
    expect(helpOf('optimzer')).toContain('did you mean `optimizer`?');
    expect(helpOf('lr_min')).toBe('it takes `peak`, `warmup`');
  });

  it.each([
    ['min_lr', 'to'],
    ['lr_min', 'to'],
    ['warmup_steps', 'warmup'],
    ['warmpu', 'warmup'],
    ['lr', 'peak'],
  ])('%s in a schedule asks whether `%s` was meant', (written, meant) => {
    const { diagnostics: found } = compileRecipeText(
      recipeWith(['50% web', '50% code'], { schedule: `wsd(peak = 1e-3, ${written} = 1e-5)` }),
    );
    const errors = found.filter(({ severity }) => severity === 'error');
    expect(errors).toMatchObject([{ code: 'SM1022', help: `did you mean \`${meant}\`?` }]);
  });

  it('a block or a function that is misspelt is an error with the near name, and no other', () => {
    const text = recipeWith(['50% web', '50% code'], { schedule: 'wds(peak = 1e-3)' });
    const errorsOf = (written: string) =>
      compileRecipeText(written).diagnostics.filter(({ severity }) => severity === 'error');
    expect(errorsOf(text)).toMatchObject([{ code: 'SM1020', help: 'did you mean `wsd`?' }]);
    expect(errorsOf(text.replace('pretrain {', 'pretrian {'))).toMatchObject([
      { code: 'SM0039', help: 'did you mean `pretrain`?' },
    ]);
  });

  it('a key given twice shows both places', () => {
    const twice = diagnostics.find(({ code }) => code === 'SM1005')!;
    expect(twice.related.map(({ span }) => span.start)).toEqual([at('tokens', at('pretrain'))]);
  });
});
