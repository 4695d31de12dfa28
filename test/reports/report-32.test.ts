import { describe, expect, it } from 'vitest';
import { createSourceText, editorPlaceAt, placeAt } from '../../compiler/source.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText } from './compile-recipe-text.ts';

function places(text: string) {
  const source = createSourceText('main.smol', text);
  return compileRecipeText(text).diagnostics.map(({ code, span }) => {
    const { line, column } = placeAt(source, span.start);
    return [code, line, column, editorPlaceAt(source, span.start).column];
  });
}

describe('report 32: the places of errors', () => {
  const head = 'recipe r\n';
  const strange = (text: string) => places(text).filter(([code]) => code === 'SM0001');

  it.each([
    [
      'two bad characters with a good token between',
      `${head}seed @ 4 $\n`,
      [
        [2, 6, 6],
        [2, 10, 10],
      ],
    ],
    ['a tab', `${head}\tseed = \t@ 4\n`, [[2, 10, 10]]],
    [
      'an emoji in a comment before does not count, one in a string counts as one',
      `${head}tokenizer = local("\u{1f600}") @\n`,
      [[2, 24, 25]],
    ],
    [
      'CRLF',
      `recipe r\r\nseed = 4 @\r\nlanguage = 1 $\r\n`,
      [
        [2, 10, 10],
        [3, 14, 14],
      ],
    ],
    ['a byte order mark', `\ufeffrecipe r @\n`, [[1, 10, 10]]],
  ])('%s', (_title, text, expected) => {
    expect(strange(text)).toEqual(expected.map((place) => ['SM0001', ...place]));
  });

  it('one error at line 1,900 of 2,000, and what follows is analysed', () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `dataset d${i} { source = local("d${i}.jsonl") }`);
    lines[0] = 'recipe r';
    lines[1899] = 'dataset d1899 { source = @local("x.jsonl") }';
    lines[1949] = 'dataset d1949 { sourec = local("x.jsonl") }';
    const found = places(lines.join('\n')).filter(([code]) => code === 'SM0001' || code === 'SM1003');
    expect(found).toEqual([
      ['SM0001', 1900, 26, 26],
      ['SM1003', 1950, 17, 17],
    ]);
  });

  it('settings inside a block may come in any order', () => {
    const model = ['layers = 2', 'hidden = 64', 'ffn = 192', 'heads = 4', 'vocab = 4096', 'context = 512'];
    const hashOf = (order: readonly string[]) =>
      compileRecipeText(recipeWith(['50% web', '50% code'], {}, { model: order.join(', ') })).plan!.hash;
    expect(hashOf([...model].reverse())).toBe(hashOf(model));
    expect(hashOf([...model.slice(3), ...model.slice(0, 3)])).toBe(hashOf(model));
  });
});
