import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define as defineRun } from '../../cli/commands/run.ts';
import { exportRun } from '../../runtime/export/export-run.ts';
import { modelFolderAt } from '../../runtime/export/model-folder.ts';
import { openModelFolder } from '../../runtime/export/open-model-folder.ts';
import { readStoredModel } from '../../runtime/export/stored-model.ts';
import { writeModelFolder } from '../../runtime/export/write-model-folder.ts';
import { EagerDecoder } from '../../runtime/model/generation/eager-decoder.ts';
import { generate } from '../../runtime/model/generation/generate.ts';
import type { TextModel } from '../../runtime/model/text-model.ts';
import { loadTrainedModel } from '../../runtime/run-folder/trained-model.ts';
import { recordedContext, runCommand } from '../support/command-context.ts';
import { useEagerBackend } from '../support/eager-backend.ts';
import { fixturePath } from '../support/hugging-face-fixture.ts';
import { modelLogits } from '../support/model-logits.ts';
import { tinyRecipeFolder } from '../support/tiny-recipe.ts';
import { transformersPython } from '../support/transformers-python.ts';

const python = transformersPython();

/** What transformers makes of an exported folder, beside what smol computes (scripts/check-export.py). */
async function compare(folder: string, model: TextModel, tokens: readonly number[], text: string) {
  const decoder = new EagerDecoder({
    model: model.model,
    ropeTheta: model.ropeTheta,
    parameters: model.parameters,
    capacity: tokens.length + 16,
  });
  const greedy = { maxTokens: 12, temperature: 0, topP: 1, seed: 0, endTokens: new Set<number>() };
  const continuation: number[] = [];
  for await (const token of generate(decoder, tokens, greedy)) continuation.push(token);
  decoder.dispose();
  const [ids] = await model.tokenizer.encodeBatch([text]);
  const expected = {
    tokens,
    logits: [...modelLogits(model, tokens)],
    text,
    text_tokens: [...ids!],
    continuation,
  };
  const path = join(mkdtempSync(join(tmpdir(), 'smol-expected-')), 'expected.json');
  writeFileSync(path, JSON.stringify(expected));
  const script = join(import.meta.dirname, '../../scripts/check-export.py');
  const { stdout, stderr, status } = spawnSync(python!, [script, folder, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { expected, theirs: JSON.parse(stdout.trim().split('\n').at(-1)!) };
}

describe.skipIf(python === null)('what transformers makes of an export', () => {
  beforeAll(useEagerBackend);

  test('a trained run after its extension: logits of 96 positions, greedy text and tokens', async () => {
    const cwd = tinyRecipeFolder((recipe) => recipe.replace('context = 16', 'context = 128'));
    const context = recordedContext({ cwd, env: { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) } });
    expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
    const run = join(cwd, 'runs/sparrow');
    const output = join(cwd, 'out');
    await exportRun({ run, step: null, type: 'F32', output });
    const model = await loadTrainedModel(run, null);
    const text = 'Call me Ishmael. 1851 — naïve <|endoftext|>\n\tdef f(x):';
    const [ids] = await model.tokenizer.encodeBatch([readFileSync(join(cwd, 'novel.jsonl'), 'utf8').slice(0, 2000)]);
    const { expected, theirs } = await compare(output, model, [...ids!].slice(0, 96), text);
    expect(theirs.positions).toBe(96);
    expect(theirs.largest_logit_difference).toBeLessThan(1e-4);
    expect(theirs).toMatchObject({ missing: [], unexpected: [], tied: true, rope_theta: 40_000 });
    expect(theirs.continuation).toEqual(expected.continuation);
    expect(theirs.text_tokens).toEqual(expected.text_tokens);
    expect(theirs.eos_token).toBe('<|endoftext|>');
  }, 300_000);

  test.each(['tied', 'sharded'] as const)(
    'a folder that was read and written again (%s)',
    async (name) => {
      const model = await readStoredModel(openModelFolder(modelFolderAt(fixturePath(name), name)));
      const output = join(mkdtempSync(join(tmpdir(), 'smol-out-')), 'out');
      const tokenizerJson = readFileSync(join(fixturePath(name), 'tokenizer.json'));
      await writeModelFolder(output, { model, tokenizerJson, tokenizerConfiguration: null, type: 'F32', card: '' });
      const tokens = Array.from({ length: 96 }, (_, place) => (place * 37) % 259);
      const { expected, theirs } = await compare(output, model, tokens, 'hi<|im_end|>\n');
      expect(theirs.largest_logit_difference).toBeLessThan(1e-4);
      expect(theirs).toMatchObject({ missing: [], unexpected: [], tied: name === 'tied', has_chat_template: true });
      expect(theirs.continuation).toEqual(expected.continuation);
      expect(theirs.text_tokens).toEqual(expected.text_tokens);
      expect(theirs.eos_token).toBe('<|im_end|>');
    },
    300_000,
  );
});
