import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSourceText, editorPlaceAt, lineAt, lineText, placeAt, placeRangeOf } from '../../compiler/source.ts';

const place = (text: string, found: string) => {
  const source = createSourceText('a.smol', text);
  return { people: placeAt(source, text.indexOf(found)), editor: editorPlaceAt(source, text.indexOf(found)) };
};

describe('places', () => {
  it('counts lines and columns from 1', () => {
    expect(place('ab\ncd!', '!').people).toEqual({ line: 2, column: 3 });
    expect(place('!', '!').people).toEqual({ line: 1, column: 1 });
  });

  it('counts an emoji as one column for people and as two for editors', () => {
    expect(place('a\n"\u{1F600}" !', '!')).toEqual({ people: { line: 2, column: 5 }, editor: { line: 2, column: 6 } });
  });

  it('counts a tab as one column', () => {
    expect(place('\t\t!', '!').people).toEqual({ line: 1, column: 3 });
  });

  it('leaves carriage returns and a byte order mark out', () => {
    const source = createSourceText('a.smol', '\uFEFFone\r\ntwo!\r\n');
    expect(lineText(source, 1)).toBe('one');
    expect(lineText(source, 2)).toBe('two!');
    expect(lineText(source, 3)).toBe('');
    expect(placeAt(source, 1)).toEqual({ line: 1, column: 1 });
    expect(placeAt(source, source.text.indexOf('!'))).toEqual({ line: 2, column: 4 });
  });

  it('gives the end of the text a place', () => {
    const source = createSourceText('a.smol', 'one\n');
    expect(placeRangeOf(source, { file: 'a.smol', start: 0, end: 4 })).toEqual({
      file: 'a.smol',
      line: 1,
      column: 1,
      end_line: 2,
      end_column: 1,
    });
  });

  it('agrees with splitting at line feeds, for every offset of any text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\t', '\u{1F600}', '"') });
    fc.assert(
      fc.property(text, (written) => {
        const source = createSourceText('a.smol', written);
        for (let offset = 0; offset <= written.length; offset += 1) {
          const before = written.slice(0, offset).split('\n');
          expect(lineAt(source, offset)).toBe(before.length);
          expect(placeAt(source, offset).column).toBe([...before[before.length - 1]!].length + 1);
          expect(editorPlaceAt(source, offset).column).toBe(before[before.length - 1]!.length + 1);
        }
      }),
    );
  });
});
