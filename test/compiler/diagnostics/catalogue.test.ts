import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../compiler/diagnostics/catalogue/index.ts';
import type { ExampleOptions } from '../../../compiler/diagnostics/catalogue-row.ts';
import { diagnosticsOf } from '../../support/expect-diagnostics.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const codesOf = (text: string, options: ExampleOptions = {}) =>
  new Set(diagnosticsOf(text, options).map(({ code }) => code));

describe('the catalogue of diagnostics', () => {
  it('gives each code once', () => {
    const codes = catalogue.map((row) => row.code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    for (const code of codes) expect(code).toMatch(/^SM\d{4}$/);
  });

  it('gathers the rows of every file', () => {
    const folder = join(root, 'compiler', 'diagnostics', 'catalogue');
    const written = readdirSync(folder).flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/code: '(SM\d{4})'/g)].map((match) => match[1]!),
    );
    expect(catalogue.map((row) => row.code)).toEqual(written.sort());
  });

  it('has a baseline or a test for each code', () => {
    const texts = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && (entry.name === 'diagnostics.txt' || entry.name.endsWith('.test.ts')))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    expect(catalogue.map((row) => row.code).filter((code) => !texts.includes(code))).toEqual([]);
  });

  describe.each(catalogue.map((row) => [row.code, row] as const))('%s', (code, row) => {
    it('is given for the failing example of its page, and no other is that the repaired one has not', () => {
      const repaired = codesOf(row.explain.right, row.explain.options?.right);
      const only = [...codesOf(row.explain.wrong, row.explain.options?.wrong)].filter((found) => !repaired.has(found));
      expect(only).toEqual([code]);
    });

    it('is not given for the repaired example', () => {
      expect([...codesOf(row.explain.right, row.explain.options?.right)]).not.toContain(code);
    });

    it('has a page in the tone of the house', () => {
      expect(row.explain.title).not.toMatch(/\.$/);
      expect(row.explain.why).toMatch(/\.$/);
      expect(row.explain.why.length).toBeGreaterThan(60);
    });
  });
});
