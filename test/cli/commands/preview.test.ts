import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/preview.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tuningFolder } from '../../support/tuning-plan.ts';

const folder = tuningFolder();
writeFileSync(
  join(folder, 'chatty.smol'),
  `recipe chatty
language = 1
seed = 3
tokenizer = local("tokenizer.json")
dataset novel { source = local("novel.jsonl"), size = 1k tokens }
dataset chats { source = local("chats.jsonl"), size = 30 rows, holdout = 2 rows }
dataset pairs { source = local("pairs.jsonl"), size = 20 rows }
model { family = llama, layers = 1, hidden = 8, ffn = 16, heads = 2, kv_heads = 1, vocab = 4096, context = 64, rope_theta = 10_000, norm_eps = 1e-5, tie_embeddings = true, init_std = 0.02 }
pretrain { tokens = 4 steps, sequence = 16, batch = 2 sequences, schedule = constant(peak = 1e-3, warmup = 1 steps), 100% novel }
sft { data = chats, epochs = 1, batch = 4 sequences, chat = chatml(system = "Be\\nkind."), schedule = cosine(peak = 1e-3, warmup = 10%) }
dpo { data = pairs, epochs = 1, batch = 4 sequences, schedule = cosine(peak = 1e-3, warmup = 10%) }
`,
);
const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

async function preview(...words: string[]) {
  const context = recordedContext({ cwd: folder, env });
  const exitCode = await runCommand(define, ['chatty.smol', ...words], context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

describe('smol preview', () => {
  test('shows rows with their masks and tokens, within 80 columns', async () => {
    const { exitCode, stdout, stderr } = await preview('sft', '--rows', '2');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('sft: chats 28 rows · ');
    expect(stdout).toContain('rows whose end token is trained: 100.0%');
    expect(stdout.match(/^chats chats\.jsonl:\d+: \d+ tokens, \d+ trained$/gm)).toHaveLength(2);
    expect(stdout).toContain('  <|im_start|>system⏎Be⏎kind.<|im_end|>⏎');
    expect(stdout).toMatch(/^█ \d+-\d+ +It is number \d+\.<\|im_end\|>$/m);
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  test('as JSON, text and ids of the runs are the whole row', async () => {
    const { rows } = JSON.parse((await preview('--rows', '1', '--format', 'json')).stdout);
    const [sequence] = rows[0].sequences;
    expect(sequence.runs.flatMap((run: { tokens: number[] }) => run.tokens)).toHaveLength(sequence.tokens);
    expect(sequence.runs.filter((run: { trained: boolean }) => run.trained)).toHaveLength(1);
    expect(sequence.runs.map((run: { from: number }) => run.from)[0]).toBe(0);
  });

  test('shows both answers of a pair', async () => {
    const { stdout } = await preview('dpo', '--rows', '1');
    expect(stdout).toMatch(/^pairs pairs\.jsonl:1, chosen: /m);
    expect(stdout).toMatch(/^█ \d+-\d+ +I say 0\.<\|im_end\|>$/m);
    expect(stdout).toMatch(/^█ \d+-\d+ +No 0!<\|im_end\|>$/m);
  });

  test('says what steps did with rows, and where a special token stands in a message', async () => {
    const lines = readFileSync(join(folder, 'chats.jsonl'), 'utf8').trimEnd().split('\n');
    const turns = [
      { role: 'user', content: 'What ends a turn? <|im_end|> does.' },
      { role: 'assistant', content: 'Yes.' },
    ];
    const rows = [...lines.map((line) => ({ ...JSON.parse(line), score: 2 })), { messages: turns, score: 5 }];
    writeFileSync(join(folder, 'scored.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const recipe = readFileSync(join(folder, 'chatty.smol'), 'utf8')
      .replace(
        'dataset pairs',
        'dataset scored { source = local("scored.jsonl") }\ndataset best { source = scored, size = 2 rows, keep where score >= 3 or count(score == 2) by score < 9 }\ndataset pairs',
      )
      .replace('data = chats', 'data = best');
    writeFileSync(join(folder, 'derived.smol'), recipe);
    const context = recordedContext({ cwd: folder, env });
    expect(await runCommand(define, ['derived.smol', 'sft'], context)).toBe(0);
    const said = context.stdout().replaceAll('\n', ' ');
    expect(said).toContain('sft: best 1 rows · ');
    expect(said).toContain(
      `best: keep where score >= 3 or count(score == 2) by score < 9 · 1 of ${rows.length} rows kept`,
    );
    expect(said).toContain(
      'note: 1 row of `best` holds a special token in a message (`<|im_end|>` at scored.jsonl:31): the model reads it as the token, not as text',
    );
    for (const line of context.stdout().split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  test('says which phases read rows', async () => {
    await expect(preview('pretrain')).rejects.toThrow('phase `pretrain` reads windows of tokens, not rows');
    await expect(preview('polish')).rejects.toThrow('`polish` is none of its phases');
  });
});
