import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../compiler/import/read-yaml.ts';
import type { YamlNode } from '../../../compiler/import/yaml-node.ts';
import { createSourceText, DiagnosticCollector } from '../../../compiler/index.ts';

async function read(text: string) {
  const collector = new DiagnosticCollector();
  const node = await readYaml(createSourceText('a.yaml', text), collector);
  const said = collector.all().map(({ code, message, span, related }) => {
    const places = [span, ...related.map((each) => each.span)].map(({ start, end }) => text.slice(start, end));
    return [code, message, ...places];
  });
  return { node, said };
}

/** The document as JSON would have it, every scalar a text. */
function plain(node: YamlNode | null): unknown {
  if (node === null) return null;
  if (node.kind === 'scalar') return node.quoted ? JSON.stringify(node.text) : node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

describe('a YAML document', () => {
  it('keeps every scalar as it is written, with its place', async () => {
    const text = 'a: 2e-5\nb: "2e-5"\nc: [1_000, no, ~]\nd:\n  e: !!str 7\n  f:\n';
    const { node, said } = await read(text);
    expect(said).toEqual([]);
    expect(plain(node)).toEqual({ a: '2e-5', b: '"2e-5"', c: ['1_000', 'no', '~'], d: { e: '"7"', f: '' } });
    if (node?.kind !== 'map') throw new Error('no map');
    const { keySpan, value } = node.entries.get('b')!;
    expect([text.slice(keySpan.start, keySpan.end), text.slice(value.span.start, value.span.end)]).toEqual([
      'b',
      '"2e-5"',
    ]);
  });

  it('knows aliases, which are the node itself', async () => {
    const { node, said } = await read('a: &x { b: 1 }\nc: *x\n');
    expect(said).toEqual([]);
    if (node?.kind !== 'map') throw new Error('no map');
    expect(node.entries.get('c')!.value).toBe(node.entries.get('a')!.value);
  });

  it('with keys given twice shows both places of each', async () => {
    const { node, said } = await read('a: 1\nb: { c: 1, c: 2 }\na: 3\n');
    expect(node).toBeNull();
    expect(said).toEqual([
      ['SM7203', '`c` is given twice', 'c', 'c'],
      ['SM7203', '`a` is given twice', 'a', 'a'],
    ]);
  });

  it.each([
    ['a: !!python/object:os.system 1', '!!python/object:os.system', '!!python/object:os.system'],
    ['a: !mine { b: 1 }', '!mine', '!mine'],
  ])('`%s` is refused', async (text, _written, tag) => {
    const { node, said } = await read(text);
    expect(node).toBeNull();
    expect(said.map(([code, message]) => [code, message])).toEqual([
      ['SM7204', `the tag \`${tag}\` asks for something to be constructed`],
    ]);
  });

  it.each([
    ['<<: { a: 1 }', 'SM7204'],
    ['? [1, 2]\n: 3', 'SM7204'],
    ['a: &x [*x]', 'SM7204'],
    ['a: *nothing', 'SM7204'],
    ['a: [1, 2', 'SM7201'],
    ['a: 1\n b: 2', 'SM7201'],
    ['a: "\n', 'SM7201'],
    ['a: 1\n---\nb: 2', 'SM7201'],
    ['a: 1\n\tb: 2', 'SM7201'],
    ['a: @b', 'SM7201'],
  ])('`%s` is told as %s', async (text, code) => {
    const { node, said } = await read(text);
    expect(node).toBeNull();
    expect(new Set(said.map(([found]) => found))).toEqual(new Set([code]));
  });

  it('that is empty is an empty text', async () => {
    for (const text of ['', '# nothing\n', '\uFEFF']) expect(plain((await read(text)).node)).toBe('');
  });

  it('of any depth and size is read or refused in time', async () => {
    const laughs = ['a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]'];
    for (let level = 1; level < 60; level += 1) {
      laughs.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    const texts: readonly (readonly [string, string | null])[] = [
      [laughs.join('\n'), 'SM7204'],
      [`a: &a [${'1, '.repeat(15_000)}1]\nb: [*a, *a]`, null],
      [`a: &a [${'1, '.repeat(30_000)}1]\nb: [${'*a, '.repeat(30_000)}*a]`, 'SM7204'],
      // The parser's memory would grow with the square of these.
      ['['.repeat(200_000), 'SM7204'],
      ['- '.repeat(100_000), 'SM7204'],
      [`${'- '.repeat(5_000)}1`, 'SM7204'],
      [`${'{a: '.repeat(100)}1${'}'.repeat(100)}`, 'SM7204'],
      ['a'.repeat((1 << 18) + 1), 'SM7204'],
      [Array.from({ length: 15_000 }, (_, index) => `key${index}: 1`).join('\n'), null],
      [`a: [${'1, '.repeat(50_000)}1]`, null],
      [`a: ${'"'.repeat(200_000)}`, 'SM7201'],
      [`a: ${'!x '.repeat(80_000)}`, 'SM7201'],
    ];
    for (const [text, code] of texts) {
      const before = process.cpuUsage();
      const { said } = await read(text);
      expect(said.map(([found]) => found).slice(0, 1)).toEqual(code === null ? [] : [code]);
      // Of the processor: the clock of a busy machine says nothing.
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6, text.slice(0, 20)).toBeLessThan(8);
    }
  });
});
