import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
import { define as defineRun } from '../../cli/commands/run.ts';
import { learningRate } from '../../compiler/plan/index.ts';
import { exportRun } from '../../runtime/export/export-run.ts';
import { recordedContext, runCommand } from '../support/command-context.ts';
import { useEagerBackend } from '../support/eager-backend.ts';
import { emitFile } from '../support/emit-example.ts';
import { tinyRecipeFolder } from '../support/tiny-recipe.ts';

/** A Python with torch, transformers 4.56, trl 0.24 and datasets. */
const { SMOL_TRL_PYTHON: python } = process.env;
const root = join(import.meta.dirname, '../..');

function lastLine(script: string, ...words: string[]) {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1' };
  const { stdout, stderr, status } = spawnSync(python!, [join(root, script), ...words], { encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

describe.skipIf(!python)('TRL', () => {
  beforeAll(useEagerBackend);

  test('reads what is written for the 1.7B recipe, with its learning rate at every step', async () => {
    const { plan, emission } = await emitFile('trl', 'examples/smollm2-1.7b.smol');
    const folder = mkdtempSync(join(tmpdir(), 'smol-trl-'));
    for (const { path, text } of emission.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const names = ['sft', 'dpo'];
    const readings = lastLine(
      'test/fixtures/make_trl_fixtures.py',
      ...names.map((name) => join(folder, `${name}.yaml`)),
    );
    names.forEach((name, index) => {
      const { schedule, steps } = plan.phases.find((phase) => phase.name === name)!;
      const { rates } = readings[index] as { readonly rates: readonly number[] };
      expect(rates).toHaveLength(steps + 1);
      const differences = rates.slice(1).map((rate, step) => Math.abs(rate - learningRate(schedule, step + 1)));
      expect(Math.max(...differences)).toBeLessThan(1e-12 * schedule.peak);
    });
  }, 120_000);

  test('trains on from an exported run, by fine-tuning and by preferences', async () => {
    const chat = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{{ eos_token }}\n{% endfor %}";
    const cwd = tinyRecipeFolder((recipe) => recipe.replace('context = 16', 'context = 256'));
    const context = recordedContext({ cwd, env: { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) } });
    expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
    const output = join(cwd, 'out');
    const { parameters } = await exportRun({ run: join(cwd, 'runs/sparrow'), step: null, type: 'F32', output });
    // A run that was only pretrained has no chat template of its own.
    writeFileSync(join(output, 'chat_template.jinja'), chat);
    const { sft, dpo, ...model } = lastLine('scripts/check-export-trl.py', output);
    expect(model.parameters).toBe(parameters);
    expect(sft).toMatchObject({ moved: true });
    expect(sft.losses[0]).toBeGreaterThan(0);
    expect(dpo.moved).toBe(true);
    expect(Math.abs(dpo.losses[0] - Math.LN2)).toBeLessThan(1e-4);
  }, 240_000);
});
