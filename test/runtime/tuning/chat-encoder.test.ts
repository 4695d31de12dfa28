import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../../runtime/chat/conversation.ts';
import type { LossOn } from '../../../runtime/tuning/trained-spans.ts';
import { assistant, chatEncoder, chatTokenizer, system, trainedText, user } from '../../support/chat-rows.ts';

async function encode(messages: readonly ChatMessage[], lossOn: LossOn = 'assistant', encoder = chatEncoder()) {
  const written = encoder.write({ messages, tools: null }, lossOn);
  const [encoded] = await encoder.encode([written]);
  return { ...encoded!, text: written.text, parts: await trainedText(encoded!.tokens, encoded!.trained) };
}

describe('which tokens of a conversation are trained (report 16)', () => {
  test('each assistant turn with its end mark, and nothing else', async () => {
    const { text, parts, endsTrained } = await encode([
      system('Be kind.'),
      user('Hi'),
      assistant('Hello.'),
      user('Bye'),
      assistant('See you.'),
    ]);
    expect(text).toBe(
      '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n' +
        '<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\nSee you.<|im_end|>\n',
    );
    expect(parts).toEqual(['Hello.<|im_end|>', 'See you.<|im_end|>']);
    expect(endsTrained).toBe(true);
  });

  test("a user who repeats the assistant's sentence word for word changes nothing", async () => {
    const { parts } = await encode([
      user('Say it.'),
      assistant('The sky is blue.'),
      user('The sky is blue.'),
      assistant('Yes.'),
    ]);
    expect(parts).toEqual(['The sky is blue.<|im_end|>', 'Yes.<|im_end|>']);
  });

  test('an empty turn trains its end mark alone', async () => {
    const { parts } = await encode([user('Be silent.'), assistant(''), user('Thanks.'), assistant('Ok.')]);
    expect(parts).toEqual(['<|im_end|>', 'Ok.<|im_end|>']);
  });

  test('the last turn alone, and all', async () => {
    const messages = [user('1'), assistant('One.'), user('2'), assistant('Two.')];
    expect((await encode(messages, 'last_turn')).parts).toEqual(['Two.<|im_end|>']);
    const all = await encode(messages, 'all');
    expect(all.trained[0]).toBe(0);
    expect(all.trained.subarray(1).every((each) => each === 1)).toBe(true);
  });

  test('characters of two code units before a turn do not move its mask', async () => {
    const { parts } = await encode([user('😀 𝔘 😀 é'), assistant('🎉 ok'), user('😀'), assistant('no')]);
    expect(parts).toEqual(['🎉 ok<|im_end|>', 'no<|im_end|>']);
  });

  test('tool turns, calls and tools are kept', async () => {
    const encoder = chatEncoder();
    const call = { name: 'add', arguments: { a: 1, b: 2 } };
    const messages = [
      user('1 + 2?'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: '3' },
      assistant('3'),
    ];
    const { text } = encoder.write({ messages, tools: [{ name: 'add' }] }, 'assistant');
    expect(text).toContain('<tools>{"name": "add"}</tools>');
    expect(text).toContain('<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call>');
    expect(text).toContain('<|im_start|>tool\n3<|im_end|>');
    expect((await encode(messages)).parts).toHaveLength(2);
  });

  test('a conversation without an assistant trains nothing', async () => {
    expect((await encode([user('Hello?')])).parts).toEqual([]);
  });
});

describe('templates that say something else when a turn is appended are reported (report 16)', () => {
  test('earlier turns written differently', () => {
    const template =
      "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if loop.last %}(last) {% endif %}{{ m['content'] }}<|im_end|>\n{% endfor %}";
    const encoder = chatEncoder({ template });
    const messages = [user('1'), assistant('One.'), user('2'), assistant('Two.')];
    expect(() => encoder.write({ messages, tools: null }, 'assistant')).toThrow(
      'turn 2 (assistant) does not begin as the template asks for it',
    );
  });

  test('an answer that does not begin as it is asked for', () => {
    const template =
      "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}<answer>{% endif %}";
    const messages = [user('1'), assistant('One.')];
    expect(() => chatEncoder({ template }).write({ messages, tools: null }, 'assistant')).toThrow('does not begin as');
  });

  test('a template that refuses says why, and one that is none is refused at once', () => {
    const template = "{{ raise_exception('roles must alternate') }}";
    expect(() => chatEncoder({ template }).write({ messages: [user('1')], tools: null }, 'all')).toThrow(
      'roles must alternate',
    );
    expect(() => chatEncoder({ template: '{% for %}' })).toThrow('the chat template cannot be read');
  });
});

describe('the token that begins a text (report 11)', () => {
  const begin = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}<|im_end|>{% endfor %}";
  const beginId = chatTokenizer.tokenOf('<|im_start|>')!;

  test('stands exactly once where the template writes it, and not where it does not', async () => {
    const once = await encode([user('Hi')], 'all', chatEncoder({ template: begin, bosToken: '<|im_start|>' }));
    expect([...once.tokens].filter((token) => token === beginId)).toHaveLength(1);
    expect(once.tokens[0]).toBe(beginId);
    const without = chatEncoder({ template: begin.replace('{{ bos_token }}', ''), bosToken: '<|im_start|>' });
    expect([...(await encode([user('Hi')], 'all', without)).tokens]).not.toContain(beginId);
  });

  test('twice is an error', async () => {
    const twice = chatEncoder({ template: `{{ bos_token }}${begin}`, bosToken: '<|im_start|>' });
    await expect(encode([user('Hi')], 'all', twice)).rejects.toThrow('begins with `<|im_start|>` twice');
  });
});

test('a system turn of the recipe stands in front of conversations that have none', async () => {
  const { chatmlTemplate } = await import('../../../compiler/plan/chatml-template.ts');
  const encoder = chatEncoder({ template: chatmlTemplate('You are "SmolLM",\na model\\.') });
  const { text } = encoder.write({ messages: [user('Hi')], tools: null }, 'all');
  expect(text).toBe('<|im_start|>system\nYou are "SmolLM",\na model\\.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n');
  const own = encoder.write({ messages: [system('Mine.'), user('Hi')], tools: null }, 'all');
  expect(own.text).toBe('<|im_start|>system\nMine.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n');
});

test('rows of a data set with a template of its own are written by that', async () => {
  const { chatmlTemplate } = await import('../../../compiler/plan/chatml-template.ts');
  const { createChatEncoder } = await import('../../../runtime/tuning/chat-encoder.ts');
  const format = (system: string | null) => ({ template: chatmlTemplate(system), bosToken: '', eosToken: '' });
  const encoder = createChatEncoder(format(null), chatTokenizer, (chat) =>
    format(chat.kind === 'chatml' ? chat.system : null),
  );
  const conversation = { messages: [user('Hi')], tools: null };
  expect(encoder.write(conversation, 'all').text).not.toContain('Kind.');
  expect(encoder.write(conversation, 'all', { kind: 'chatml', system: 'Kind.' }).text).toContain('Kind.');
  expect(encoder.prompt(conversation, { kind: 'chatml', system: 'Kind.' })).toMatch(/Kind\..*assistant\n$/s);
});
