import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configYaml, float } from '../../compiler/emit/config-yaml.ts';
import { documentYaml } from '../../compiler/emit/document-yaml.ts';
import { printPlanYaml } from '../../compiler/emit/plan-yaml.ts';
import { emitText } from '../support/emit-example.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { planOfText } from './compile-recipe-text.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'yaml');
const fixture = (name: string) => readFileSync(join(fixtures, name), 'utf8');
const difficult: readonly string[] = JSON.parse(fixture('texts.json'));
const rates = [2e-5, 1e-8, 5e-4, 1.5e-7, 0, 1e16];
const versions = ['1.1', '1.2'] as const;

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

describe('report 34: texts that YAML could take for something else', () => {
  it.each(difficult)('%j stays a text in a plan, in YAML 1.1 and 1.2', async (text) => {
    const written = await withText(text);
    expect(written).toMatch(/^ +config: "/m);
    for (const version of versions) expect(readBack(written, version)).toBe(text);
  });

  it('so does any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const written = await withText(text);
        for (const version of versions) expect(readBack(written, version)).toBe(text);
        // PyYAML refuses these, and takes two of them for the end of a line.
        expect(written).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['no', 'null', 'y', 'off', '_1'])('a recipe named %s keeps its name for nanotron', async (name) => {
    const text = recipeWith(['50% web', '50% code'], { precision: 'bf16' }).replace('recipe small', `recipe ${name}`);
    const { emission } = await emitText('nanotron', 'main.smol', text);
    for (const version of versions) {
      expect(parse(emission.files[0]!.text, { version }).general.project).toBe(name);
    }
  });

  it('are read by PyYAML as what they are, and so are rates: noted for the bytes that are written', async () => {
    const written: Readonly<Record<string, string>> = {
      config: configYaml([], { texts: difficult, rates: rates.map(float) }),
      document: await documentYaml({ texts: difficult, rates }),
    };
    const noted = JSON.parse(fixture('pyyaml.json'));
    for (const [name, text] of Object.entries(written)) {
      if (process.env.SMOL_UPDATE_BASELINES) {
        writeFileSync(join(fixtures, `${name}.txt`), text);
        continue;
      }
      expect(text, `${name}.txt has changed: run make_yaml_fixtures.py`).toBe(fixture(`${name}.txt`));
      expect(noted[name]).toEqual({ texts: difficult, rates });
    }
  });
});
