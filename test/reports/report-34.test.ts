import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { printPlanYaml } from '../../compiler/emit/plan-yaml.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { planOfText } from './compile-recipe-text.ts';

const plan = planOfText(recipeWith(['50% web', '50% code']));
const withText = (config: string) =>
  printPlanYaml({
    ...plan,
    datasets: plan.datasets.map((dataset) => ({
      ...dataset,
      source: { kind: 'hf', repository: 'a/b', config, split: null, revision: null },
    })),
  });
/** The text as a parser of a YAML version reads it back. */
const readBack = (written: string, version: '1.1' | '1.2') => parse(written, { version }).datasets[0].source.config;
const difficult = [
  '04:00',
  '1e5',
  'no',
  'null',
  '0x10',
  '~',
  'a\tb\\c',
  '',
  ' ',
  '1_000',
  '012',
  '2026-01-01',
  '<<',
  '.inf',
  'y',
];

it.each(difficult)('report 34: the text %j stays a text in YAML 1.1 and 1.2', async (text) => {
  const written = await withText(text);
  expect(written).toMatch(/^ +config: "/m);
  for (const version of ['1.1', '1.2'] as const) expect(readBack(written, version)).toBe(text);
});

it('report 34: so does any text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const written = await withText(text);
      for (const version of ['1.1', '1.2'] as const) expect(readBack(written, version)).toBe(text);
    }),
    { numRuns: 30 },
  );
});
