import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../compiler/diagnostics/catalogue/index.ts';
import type { ExampleOptions, Explanation } from '../../../compiler/diagnostics/catalogue-row.ts';
import { explainPage } from '../../../compiler/diagnostics/explain.ts';
import { checkExample } from '../../../compiler/emit/check-example.ts';
import { expectGolden } from '../../support/baselines.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** Golden pages of `smol explain`: every message that there is, to be read in one place. */
const pages = join(root, 'test', 'explain-pages');
const filesOf = ({ files, repairedFiles }: Explanation) => repairedFiles ?? files;
const codesOf = async (text: string, options: ExampleOptions = {}, files: Readonly<Record<string, string>> = {}) =>
  new Set((await checkExample('example.smol', text, options, files)).map(({ code }) => code));

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

  it('has no pages of codes that are gone', () => {
    expect(readdirSync(pages).sort()).toEqual(catalogue.map((row) => `${row.code}.txt`));
  });

  describe.each(catalogue.map((row) => [row.code, row] as const))('%s', (code, row) => {
    it('is given for the failing example of its page, and no other is that the repaired one has not', async () => {
      const repaired = await codesOf(row.explain.right, row.explain.options?.right, filesOf(row.explain));
      const only = [...(await codesOf(row.explain.wrong, row.explain.options?.wrong, row.explain.files))].filter(
        (found) => !repaired.has(found),
      );
      expect(only).toEqual([code]);
    });

    it('is not given for the repaired example', async () => {
      const repaired = await codesOf(row.explain.right, row.explain.options?.right, filesOf(row.explain));
      expect([...repaired]).not.toContain(code);
    });

    it('is shown as it was on its page, which has what is said about the failing example', async () => {
      const page = await explainPage(row, checkExample, { columns: 80, color: false });
      expect(page.split(`[${code}]`).length).toBeGreaterThan(2);
      expectGolden(join(pages, `${code}.txt`), `the page of ${code}`, page);
    });

    it('has a page in the tone of the house', () => {
      expect(row.explain.title).not.toMatch(/\.$/);
      expect(row.explain.why).toMatch(/\.$/);
      expect(row.explain.why.length).toBeGreaterThan(60);
    });
  });
});
