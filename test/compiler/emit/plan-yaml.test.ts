import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { emitPlanYaml } from '../../../compiler/emit/plan-yaml.ts';
import { buildPlan } from '../../../compiler/plan/plan.ts';
import { printPlan } from '../../../compiler/plan/print-plan.ts';
import { madeSources } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from '../plan/eleven-trillion.ts';

const plan = buildPlan({ ...elevenTrillion(), name: 'no', profile: '04:00' }, madeSources, new DiagnosticCollector())!;

it('is read alike by YAML 1.1 and 1.2, and is the JSON document', async () => {
  const [file] = await emitPlanYaml(plan);
  expect(file!.path).toBe('plan.yaml');
  const document = JSON.parse(printPlan(plan));
  expect(parse(file!.text, { version: '1.1' })).toEqual(document);
  expect(parse(file!.text, { version: '1.2' })).toEqual(document);
  expect(file!.text).toContain('eps: 1.0e-08\n');
  expect(file!.text).toContain('profile: "04:00"\n');
});

it('prints the same bytes each time, with sorted keys and one line feed at the end', () => {
  const text = printPlan(plan);
  expect(printPlan({ ...plan })).toBe(text);
  expect(text).toMatch(/^\{\n {2}"ablations": \[\],\n {2}"cluster": \{/);
  expect(text).toMatch(/[^\n]\n$/);
});

it('writes the same from a bundle, where packages are imported in another way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await build({
    entryPoints: [fileURLToPath(new URL('../../../compiler/emit/plan-yaml.ts', import.meta.url))],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const bundled = await import(pathToFileURL(join(folder, 'plan-yaml.mjs')).href);
  expect(await bundled.emitPlanYaml(plan)).toEqual(await emitPlanYaml(plan));
});
