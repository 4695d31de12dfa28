import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
import { define as defineRun } from '../../cli/commands/run.ts';
import { exportRun } from '../../runtime/export/export-run.ts';
import { openModel } from '../../runtime/export/open-model.ts';
import { readStoredModel } from '../../runtime/export/stored-model.ts';
import { EagerDecoder } from '../../runtime/model/generation/eager-decoder.ts';
import { generate } from '../../runtime/model/generation/generate.ts';
import type { TextModel } from '../../runtime/model/text-model.ts';
import { loadTrainedModel } from '../../runtime/run-folder/trained-model.ts';
import { recordedContext, runCommand } from '../support/command-context.ts';
import { useEagerBackend } from '../support/eager-backend.ts';
import { tinyRecipeFolder } from '../support/tiny-recipe.ts';

/** `SMOL_LLAMA_CPP` is a folder with convert_hf_to_gguf.py and gguf-py, `SMOL_LLAMA_CPP_PYTHON` a Python with what it imports. */
const { SMOL_LLAMA_CPP: llamaCpp, SMOL_LLAMA_CPP_PYTHON: python } = process.env;
const script = join(import.meta.dirname, '../../scripts/check-export-gguf.py');

async function greedy({ model, ropeTheta, parameters }: TextModel, prompt: readonly number[]): Promise<number[]> {
  const decoder = new EagerDecoder({ model, ropeTheta, parameters, capacity: prompt.length + 16 });
  const options = { maxTokens: 12, temperature: 0, topP: 1, seed: 0, endTokens: new Set<number>() };
  const tokens: number[] = [];
  for await (const token of generate(decoder, prompt, options)) tokens.push(token);
  decoder.dispose();
  return tokens;
}

describe.skipIf(!llamaCpp || !python)("what llama.cpp's converter makes of an export", () => {
  beforeAll(useEagerBackend);

  test('the same weights, the same tokens and the same greedy answer, read back from GGUF', async () => {
    const cwd = tinyRecipeFolder((recipe) => recipe.replace('context = 16', 'context = 128'));
    const context = recordedContext({ cwd, env: { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) } });
    expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
    const run = join(cwd, 'runs/sparrow');
    await exportRun({ run, step: null, type: 'F32', output: join(cwd, 'out') });
    const file = join(cwd, 'out.gguf');
    const { stdout, stderr, status } = spawnSync(python!, [script, llamaCpp!, join(cwd, 'out'), file], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const { metadata } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(metadata).toMatchObject({ 'general.architecture': 'llama', 'llama.rope.freq_base': 40_000 });
    const [trained, converted] = [
      await loadTrainedModel(run, null),
      await readStoredModel(await openModel(file, 'out')),
    ];
    expect(converted.parameters).toEqual(trained.parameters);
    expect(converted.model).toMatchObject({ rope_theta: 40_000, tie_embeddings: trained.model.tie_embeddings });
    const text = 'Call me Ishmael. Some years ago';
    const [ids] = await trained.tokenizer.encodeBatch([text]);
    const [theirs] = await converted.tokenizer.encodeBatch([text]);
    expect([...theirs!]).toEqual([...ids!]);
    expect(await greedy(converted, [...ids!])).toEqual(await greedy(trained, [...ids!]));
  }, 240_000);
});
