import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { talk } from '../../../cli/views/talk.ts';
import type { ChatAnswer, ChatSession } from '../../../runtime/index.ts';
import { recordedContext } from '../../support/command-context.ts';

const plain: ChatAnswer = {
  text: '',
  promptTokens: 5,
  tokens: 4,
  promptSeconds: 1,
  seconds: 2,
  ended: 'end_of_turn',
};

/** A session that answers each message with itself in capitals, and notes what happened. */
function shouting(change: (message: string, stopped: AbortSignal) => Promise<Partial<ChatAnswer>> = async () => ({})) {
  const events: string[] = [];
  const session: ChatSession = {
    context: 2048,
    async answer(message, write, stopped) {
      events.push(message);
      const changed = await change(message, stopped);
      write(message.toUpperCase());
      return { ...plain, ...changed };
    },
    forget: () => events.push('(forgot)'),
    dispose() {},
  };
  return { session, events };
}

async function conversation(session: ChatSession, lines: string, interrupted = new AbortController().signal) {
  const context = recordedContext({ cwd: '.', interrupted });
  const input = new PassThrough();
  input.end(lines);
  const exitCode = await talk(context, session, { input, output: new PassThrough() });
  return { exitCode, out: context.stdout(), err: context.stderr() };
}

describe('a conversation at the terminal', () => {
  test('answers line by line until the input ends', async () => {
    const { session, events } = shouting();
    const { exitCode, out, err } = await conversation(session, 'hello\n\n  you  \n');
    expect(exitCode).toBe(0);
    expect(events).toEqual(['hello', 'you']);
    expect(out).toBe('HELLO\nYOU\n');
    expect(err).toContain('2,048 tokens of context; /new begins');
    expect(err).toContain('(4 tokens, 2.0 a second)');
  });

  test('/new forgets, /exit ends, another word with a slash is explained', async () => {
    const { session, events } = shouting();
    const { err } = await conversation(session, 'a\n/new\n/what\n/exit\nnever\n');
    expect(events).toEqual(['a', '(forgot)']);
    expect(err.match(/Ctrl-C stops an answer/g)).toHaveLength(2);
  });

  test('a full context and a refused message are said, and the conversation goes on', async () => {
    const { session, events } = shouting(async (message) => {
      if (message === 'bad') throw Object.assign(new Error('it does not fit'), { help: 'write less' });
      return { ended: 'context' };
    });
    const { exitCode, err } = await conversation(session, 'bad\ngood\n');
    expect(exitCode).toBe(0);
    expect(events).toEqual(['bad', 'good']);
    expect(err).toContain('error: it does not fit\n  = help: write less');
    expect(err).toContain('the context is full: /new begins a new conversation');
  });

  test('an interruption stops the answer that is being written, and ends with 130', async () => {
    const controller = new AbortController();
    const { session, events } = shouting(async (_, stopped) => {
      controller.abort();
      return { ended: stopped.aborted ? 'interrupted' : 'end_of_turn' };
    });
    const { exitCode, err } = await conversation(session, 'one\ntwo\n', controller.signal);
    expect(exitCode).toBe(130);
    expect(events).toEqual(['one']);
    expect(err).toContain('stopped');
  });

  test('a fault of the program is not hidden', async () => {
    const { session } = shouting(async () => {
      throw new Error('broken');
    });
    await expect(conversation(session, 'a\n')).rejects.toThrow('broken');
  });
});
