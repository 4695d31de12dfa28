import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

/** The tiny recipe with an ablation of two arms over 640 tokens (20 steps), that starts as said. */
function folderWith(from: string): string {
  const block = `ablation prose {
${from}
  tokens = 640
  schedule = linear(peak = 3e-2, warmup = 0 steps)
  arm novels { 100% novel }
  arm programs { 100% code }
  evaluate {
    at = [pretrain.end]
    tasks = [perplexity("tasks/whales.json")]
  }
}
`;
  const folder = tinyRecipeFolder((recipe) => recipe.replace('profile tiny', `${block}\nprofile tiny`));
  mkdirSync(join(folder, 'tasks'));
  const texts = Array.from(
    { length: 12 },
    (_, i) => `The whale number ${i} rose from the grey sea, and the captain saw it.`,
  );
  writeFileSync(join(folder, 'tasks/prose.jsonl'), texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  writeFileSync(join(folder, 'tasks/whales.json'), '{"kind": "perplexity", "data": {"local": "prose.jsonl"}}');
  return folder;
}

async function run(cwd: string, ...words: string[]) {
  const context = recordedContext({ cwd, env });
  const exitCode = await runCommand(define, ['sparrow.smol', '--engine', 'wasm', ...words], context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

const metricsOf = (folder: string) =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('smol run --ablation', () => {
  test('from fresh weights: arms on equal footing, a table with errors, and a winner', async () => {
    const folder = folderWith('');
    const one = await run(folder, '--ablation', 'prose', '--arm', 'programs');
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toContain('whales: one arm alone, nothing to compare');
    expect(one.stdout).toContain('not measured yet: novels');
    const before = readFileSync(join(folder, 'runs/sparrow-prose/programs/metrics.jsonl'), 'utf8');
    const all = await run(folder, '--ablation', 'prose');
    expect(all.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'runs/sparrow-prose/programs/metrics.jsonl'), 'utf8')).toBe(before);
    // The same, interrupted in its second arm and gone on with.
    const again = folderWith('');
    const stopper = new AbortController();
    const err = (text: string) => {
      if (text.includes('arm 2 of 2: programs')) setTimeout(() => stopper.abort(), 200);
    };
    const context = recordedContext({ cwd: again, env, interrupted: stopper.signal, err });
    const words = ['sparrow.smol', '--engine', 'wasm', '--ablation', 'prose'];
    expect(await runCommand(define, words, context)).toBe(130);
    expect((await run(again, '--ablation', 'prose')).stdout).toBe(all.stdout);
    expect(readFileSync(join(again, 'runs/sparrow-prose/programs/metrics.jsonl'), 'utf8')).toBe(before);
    expect(all.stdout).toMatch(/^ablation prose {3}2 arms of 20 steps, 640 tokens each · compared at pretrain\.end$/m);
    expect(all.stdout).toMatch(/^ +whales\n +perplexity ↓$/m);
    expect(all.stdout).toMatch(/^novels +\d[\d.]* ± [\d.]+ best$/m);
    expect(all.stdout).toMatch(/^whales: novels wins, [\d.]+ ± [\d.]+ ahead of the next$/m);
    for (const line of all.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const arms = ['novels', 'programs'].map((arm) => metricsOf(join(folder, 'runs/sparrow-prose', arm)));
    expect(arms[0]!.map(({ learning_rate }) => learning_rate)).toEqual(
      arms[1]!.map(({ learning_rate }) => learning_rate),
    );
    expect(arms.map((lines) => lines.length)).toEqual([20, 20]);
    const json = await run(folder, '--ablation', 'prose', '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      ablation: 'prose',
      folder: 'runs/sparrow-prose',
      ended: 'finished',
      missing: [],
      verdicts: [{ task: 'whales', winner: 'novels', results: [{ arm: 'novels' }, { arm: 'programs' }] }],
    });
  }, 120_000);

  test('from a checkpoint of the run: its weights, optimizer and place in the data, inside the run', async () => {
    const folder = folderWith('  from = pretrain at 960');
    // The run has come a part of the way: it is trained up to the start, and no further.
    expect((await run(folder, '--steps', '20')).exitCode).toBe(0);
    const one = await run(folder, '--ablation', 'prose', '--arm', 'novels');
    expect(one.exitCode).toBe(0);
    expect(one.stderr).toContain('the arms start from step 30: the run is trained up to it first');
    expect(metricsOf(join(folder, 'runs/sparrow'))).toHaveLength(30);
    const all = await run(folder, '--ablation', 'prose');
    expect(all.stdout).toMatch(/^whales: novels wins/m);
    expect(all.stderr).not.toContain('trained up to it first');
    const [first] = metricsOf(join(folder, 'runs/sparrow/ablations/prose/novels'));
    const before = metricsOf(join(folder, 'runs/sparrow'));
    expect(Math.abs(first.loss - before[29].loss)).toBeLessThan(1);
    expect(before[0].loss - first.loss).toBeGreaterThan(0.5);
  }, 120_000);

  test('says what does not go together, and which names there are', async () => {
    const folder = folderWith('');
    const refused = (...words: string[]) => expect(run(folder, ...words)).rejects;
    await refused('--ablation', 'proze').toThrow('`--ablation proze` is no ablation of the recipe');
    await refused('--ablation', 'prose', '--arm', 'x').toMatchObject({ help: 'it has `novels`, `programs`' });
    await refused('--arm', 'novels').toThrow('`--arm` goes with `--ablation`');
    await refused('--ablation', 'prose', '--resume').toThrow('`--resume` does not go with `--ablation`');
  });
});
