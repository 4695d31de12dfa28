import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/export.ts';
import { define as defineRun } from '../../../cli/commands/run.ts';
import { modelFolderAt } from '../../../runtime/export/model-folder.ts';
import { openModelFolder } from '../../../runtime/export/open-model-folder.ts';
import { readStoredModel } from '../../../runtime/export/stored-model.ts';
import { loadTrainedModel } from '../../../runtime/index.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const cwd = tinyRecipeFolder();
const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

beforeAll(async () => {
  const context = recordedContext({ cwd, env });
  expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
}, 60_000);

async function exportModel(...words: string[]) {
  const context = recordedContext({ cwd, env });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

describe('smol export', () => {
  test('writes the newest checkpoint, with the theta of its extension', async () => {
    const { exitCode, stdout } = await exportModel('runs/sparrow', '-o', 'out');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('wrote `out`: 67,888 parameters, after step 60');
    expect(stdout).toContain('model.safetensors');
    const [trained, exported] = [
      await loadTrainedModel(join(cwd, 'runs/sparrow'), 60),
      await readStoredModel(openModelFolder(modelFolderAt(join(cwd, 'out'), 'out'))),
    ];
    expect(exported.parameters).toEqual(trained.parameters);
    expect(exported.model.rope_theta).toBe(40_000);
    expect(exported.model.context).toBe(16);
  });

  test('the model card tells data, mixture and figures, nothing of this machine, and is the same each time', async () => {
    await exportModel('runs/sparrow', '-o', 'one');
    await exportModel('runs/sparrow', '-o', 'two', '--format', 'hf');
    const card = readFileSync(join(cwd, 'one/README.md'), 'utf8');
    expect(readFileSync(join(cwd, 'two/README.md'), 'utf8')).toBe(card);
    expect(card).toMatch(/^---\nlibrary_name: transformers\n/);
    expect(card).toContain('67,888 parameters');
    expect(card).toContain('after step 60 of 60, in `pretrain`');
    expect(card).toContain('| early | 1 to 30 | 960 | 8 | 10,000 | 50% speeches, 25% novel, 25% code |');
    expect(card).toContain('| late | 31 to 60 | 960 | 16 | 40,000 | 25% speeches, 25% novel, 50% code |');
    expect(card).toContain('| speeches | speech | `speeches.jsonl` |');
    expect(card).toMatch(/\| novel \| \d\.\d{4} \| \d+\.\d\d \| \d+ \| 60 \|/);
    expect(card).not.toContain(cwd);
  });

  test('the model card has what was measured at the step of the weights, and where they started', async () => {
    const line = (step: number, value: number) =>
      JSON.stringify({
        step,
        evaluation: 'base',
        task: 'arc',
        metrics: { accuracy: { value, standard_error: 0.0312 }, exact: { value: 1, standard_error: null } },
      });
    const log = join(cwd, 'runs/sparrow/evaluations.jsonl');
    writeFileSync(log, `${line(50, 0.25)}\n${line(60, 0.5)}\n`);
    await exportModel('runs/sparrow', '-o', 'measured');
    rmSync(log);
    const card = readFileSync(join(cwd, 'measured/README.md'), 'utf8');
    expect(card).toContain('| base | arc | accuracy | 0.5000 ± 0.0312 |');
    expect(card).toContain('| base | arc | exact | 1.0000 |');
    expect(card).not.toContain('0.2500');
    expect(card).toContain('- 60 steps in float32, from weights drawn anew');
  });

  test('takes the step that is asked for, and stores bf16 when asked', async () => {
    const { stdout } = await exportModel('runs/sparrow', '--step', '50', '--dtype', 'bf16', '-o', 'half');
    expect(stdout).toContain('after step 50');
    expect(readFileSync(join(cwd, 'half/model.safetensors')).length).toBeLessThan(2 * 67_888 + 2000);
    expect(readFileSync(join(cwd, 'half/README.md'), 'utf8')).toContain('| late | 31 to 50 | 640 |');
  });

  test('says what is wrong with its input', async () => {
    const refused = (...words: string[]) => expect(exportModel(...words)).rejects;
    await refused('runs/sparrow').toMatchObject({ exitCode: 2, message: '`smol export` needs a folder to write' });
    await refused('runs/sparrow', '-o', 'runs').toThrow('is not empty');
    await refused('runs/none', '-o', 'new').toThrow('is not there');
    await refused('runs/sparrow', '--step', '7', '-o', 'new').toThrow('has no checkpoint of step 7');
  });
});
