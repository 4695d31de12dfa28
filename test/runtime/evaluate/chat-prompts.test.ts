import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatmlTemplate } from '../../../compiler/plan/chatml-template.ts';
import { createChatRenderer } from '../../../runtime/chat/render-chat.ts';
import { loadTokenizer } from '../../../runtime/data/tokenizer/load-tokenizer.ts';
import { prepareTask } from '../../../runtime/evaluate/measure/prepare-task.ts';
import { loadTask } from '../../../runtime/evaluate/task/load-task.ts';

const repository = join(import.meta.dirname, '../../..');
const tokenizer = loadTokenizer({ kind: 'local', paths: ['examples/data/tokenizer.json'] }, repository);
const folder = mkdtempSync(join(tmpdir(), 'smol-chat-task-'));
writeFileSync(
  join(folder, 'rows.jsonl'),
  '{"q": "Is it?", "o": ["yes", "no"], "a": 0}\n{"q": "Is that?", "o": ["yes", "no"], "a": 1}\n',
);
const asked = { data: { local: 'rows.jsonl' }, question: '{q}', chat: true, shots: 1 };
writeFileSync(join(folder, 'choice.json'), JSON.stringify({ ...asked, kind: 'cloze', choices: 'o', answer: 'a' }));
writeFileSync(join(folder, 'write.json'), JSON.stringify({ ...asked, kind: 'generate', answer: '{a}', max_tokens: 4 }));

const chat = createChatRenderer({ template: chatmlTemplate(null), bosToken: '', eosToken: '<|im_end|>' });
const subject = { tokenizer, context: 512, chat };
const options = { seed: 0, limit: null };

it('a choice asks in a turn of the user, with its shots, and the answer begins the next turn without a separator', async () => {
  const prepared = await prepareTask(await loadTask('choice.json', folder), subject, options);
  if (prepared.how !== 'score') throw new Error('expected sequences');
  const [{ tokens, labels } = { tokens: [], labels: [] }] = prepared.sequences;
  const text = await tokenizer.decode([...tokens, labels.at(-1)!]);
  expect(text).toBe('<|im_start|>user\nIs that? no\n\nIs it?<|im_end|>\n<|im_start|>assistant\nyes');
});

it('so does a question whose answer is written', async () => {
  const prepared = await prepareTask(await loadTask('write.json', folder), subject, options);
  if (prepared.how !== 'write') throw new Error('expected prompts');
  const text = await tokenizer.decode(prepared.prompts[1]!.tokens);
  expect(text).toBe('<|im_start|>user\nIs it? 0\n\nIs that?<|im_end|>\n<|im_start|>assistant\n');
});

it('a model without a template is refused, and a task may be asked either way', async () => {
  const bare = { ...subject, chat: null };
  const task = await loadTask('choice.json', folder);
  await expect(prepareTask(task, bare, options)).rejects.toThrow('task `choice` asks by a chat template');
  const plain = await loadTask('choice.json', folder, { chat: false });
  await expect(prepareTask(plain, bare, options)).resolves.toMatchObject({ how: 'score' });
});
