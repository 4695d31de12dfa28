import { afterEach, describe, expect, it } from 'vitest';
import { type ChatOptions, createChatSession } from '../../../runtime/chat/chat-session.ts';
import { endTokensOf } from '../../../runtime/chat/end-tokens.ts';
import { openModel } from '../../../runtime/export/open-model.ts';
import { readStoredModel } from '../../../runtime/export/stored-model.ts';
import type { RunEngine } from '../../../runtime/train/run-engine.ts';
import { fixturePath } from '../../support/hugging-face-fixture.ts';

const never = new AbortController().signal;
const options: ChatOptions = {
  system: null,
  seed: 0,
  maxTokens: 20,
  context: 128,
  temperature: 0,
  topP: 1,
};
const model = await readStoredModel(await openModel(fixturePath('tied'), 'tied'));
const endOfTurn = 2;

const startOfTurn = 1;
const lineBreak = model.tokenizer.tokenOf('Ċ');
/** Tokens of `assistant` and a line break, byte by byte: where they follow a start, the model is asked. */
const askLength = 'assistant\n'.length;

/** A decoder that answers the first ask with the first of these, and so on, then ends the turn; it notes what it is fed. */
function scripted(answers: readonly (readonly number[])[]) {
  const log = { fed: [] as number[], resets: 0 };
  let asks = 0;
  let place = 0;
  const engine = {
    createDecoder: async ({ capacity }: { capacity: number }) => ({
      capacity,
      reset() {
        log.fed = [];
        log.resets++;
      },
      async next(token: number) {
        log.fed.push(token);
        if (token === lineBreak && log.fed.length - 1 - log.fed.lastIndexOf(startOfTurn) === askLength) {
          asks++;
          place = 0;
        }
        const logits = new Float32Array(model.model.vocab);
        logits[answers[asks - 1]?.[place++] ?? endOfTurn] = 1;
        return logits;
      },
      async feed(tokens: readonly number[]) {
        let logits = new Float32Array();
        for (const token of tokens) logits = await this.next(token);
        return logits;
      },
      dispose() {},
    }),
  } as unknown as RunEngine;
  return { engine, log };
}

const ids = async (text: string) => [...(await model.tokenizer.encodeBatch([text]))[0]!];
let written = '';
const write = (text: string) => {
  written += text;
};
afterEach(() => {
  written = '';
});

describe('a conversation', () => {
  it('is written by the template, streams, and ends at the end of the turn', async () => {
    const { engine, log } = scripted([await ids('naïve!')]);
    const session = await createChatSession(model, engine, options);
    const answer = await session.answer('hi', write, never);
    expect(answer).toMatchObject({ text: 'naïve!', tokens: 7, ended: 'end_of_turn' });
    expect(written).toBe('naïve!');
    const prompt = '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n';
    expect(await model.tokenizer.decode(log.fed)).toBe(`${prompt}naïve!`);
    expect(answer.promptTokens).toBe((await ids(prompt)).length);
  });

  it('goes on from what the cache holds: a second message feeds only what is new', async () => {
    const { engine, log } = scripted([await ids('one'), await ids('two')]);
    const session = await createChatSession(model, engine, { ...options, system: 'be brief' });
    await session.answer('a', write, never);
    const second = await session.answer('b', write, never);
    expect(second.text).toBe('two');
    expect(log.resets).toBe(1);
    const fresh = '<|im_end|>\n<|im_start|>user\nb<|im_end|>\n<|im_start|>assistant\n';
    expect(second.promptTokens).toBe((await ids(fresh)).length);
    expect(await model.tokenizer.decode(log.fed)).toBe(
      `<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\none${fresh}two`,
    );
    session.forget();
    expect(log.fed).toEqual([]);
  });

  it('stops at the length that was asked for, at the context, and when it is interrupted', async () => {
    const long = await ids('x'.repeat(200));
    const of = async (change: Partial<ChatOptions>) =>
      createChatSession(model, scripted([long]).engine, { ...options, ...change });
    expect(await (await of({ maxTokens: 5 })).answer('a', write, never)).toMatchObject({
      tokens: 5,
      ended: 'max_tokens',
    });
    const prompt = (await ids('<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n')).length;
    const full = await (await of({ maxTokens: 500, context: 60 })).answer('a', write, never);
    expect(full).toMatchObject({ tokens: 60 - prompt + 1, ended: 'context' });
    const stop = new AbortController();
    const interrupted = await (await of({ maxTokens: 500 })).answer('a', () => stop.abort(), stop.signal);
    expect(interrupted).toMatchObject({ tokens: 1, ended: 'interrupted' });
  });

  it('refuses a message that does not fit, and goes on without it', async () => {
    const { engine } = scripted([await ids('ok')]);
    const session = await createChatSession(model, engine, { ...options, context: 60 });
    await expect(session.answer('x'.repeat(100), write, never)).rejects.toThrow('leaves no place for an answer');
    expect((await session.answer('a', write, never)).text).toBe('ok');
  });

  it('needs a chat template, and says what one refuses', async () => {
    const { engine } = scripted([]);
    await expect(createChatSession({ ...model, chat: null }, engine, options)).rejects.toThrow('no chat template');
    const picky = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system turn') }}{% endif %}x";
    const session = await createChatSession({ ...model, chat: { ...model.chat!, template: picky } }, engine, {
      ...options,
      system: 'be brief',
    });
    await expect(session.answer('a', write, never)).rejects.toThrow('no system turn');
    const broken = { ...model, chat: { ...model.chat!, template: '{% for %}' } };
    await expect(createChatSession(broken, engine, options)).rejects.toThrow('template refuses this');
  });
});

describe('the tokens that end a text', () => {
  const chat = model.chat!;
  it('begin with what the template writes after an answer, whatever the tokenizer says', async () => {
    expect([...(await endTokensOf({ ...chat, eosToken: '' }, model.tokenizer, []))]).toEqual([2, 0]);
    expect([...(await endTokensOf(null, model.tokenizer, [1]))]).toEqual([1, 0]);
  });

  it('are found without it where a template ends turns with a line break, or refuses', async () => {
    const plain = {
      ...chat,
      eosToken: '',
      template: "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}",
    };
    expect([...(await endTokensOf(plain, model.tokenizer, []))]).toEqual([0]);
    const refusing = { ...chat, eosToken: '', template: "{{ raise_exception('no') }}" };
    expect([...(await endTokensOf(refusing, model.tokenizer, [2]))]).toEqual([2, 0]);
  });
});
