import { createInterface } from 'node:readline';
import type { ChatAnswer, ChatSession } from '../../runtime/index.ts';
import { type CommandContext, ExitCode } from '../context.ts';

interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const help = '/new begins a new conversation, /exit or Ctrl-D ends; Ctrl-C stops an answer';
const endNotes: Readonly<Partial<Record<ChatAnswer['ended'], string>>> = {
  context: 'the context is full: /new begins a new conversation',
  max_tokens: 'cut at --max-tokens',
  interrupted: 'stopped',
};

/**
 * A conversation line by line until the input ends. Ctrl-C stops an answer that is being written, and ends the conversation
 * where none is. What goes wrong with one message is said, and the conversation goes on.
 */
export async function talk(context: CommandContext, session: ChatSession, streams: Streams): Promise<ExitCode> {
  const lines = createInterface({ ...streams, prompt: '> ' });
  let answering: AbortController | null = null;
  const interrupt = () => (answering === null ? lines.close() : answering.abort());
  lines.on('SIGINT', interrupt);
  context.interrupted.addEventListener('abort', interrupt);
  context.err(`${session.context.toLocaleString('en-US')} tokens of context; ${help}\n`);
  lines.prompt();
  try {
    for await (const line of lines) {
      const message = line.trim();
      if (message === '/exit') break;
      if (message === '/new') session.forget();
      else if (message.startsWith('/')) context.err(`${help}\n`);
      else if (message !== '') {
        answering = new AbortController();
        await answer(context, session, message, answering.signal);
        answering = null;
      }
      if (context.interrupted.aborted) break;
      lines.prompt();
    }
  } finally {
    lines.close();
    context.interrupted.removeEventListener('abort', interrupt);
  }
  context.err('\n');
  return context.interrupted.aborted ? ExitCode.interrupted : ExitCode.success;
}

async function answer(
  context: CommandContext,
  session: ChatSession,
  message: string,
  stopped: AbortSignal,
): Promise<void> {
  try {
    const { ended, tokens, seconds } = await session.answer(message, context.out, stopped);
    context.out('\n');
    const rate = seconds > 0 ? `, ${(tokens / seconds).toFixed(1)} a second` : '';
    const note = endNotes[ended] === undefined ? '' : `; ${endNotes[ended]}`;
    context.err(`(${tokens} ${tokens === 1 ? 'token' : 'tokens'}${rate}${note})\n`);
  } catch (error) {
    const advice = (error as { help?: unknown }).help;
    if (typeof advice !== 'string') throw error;
    context.err(`error: ${(error as Error).message}\n  = help: ${advice}\n`);
  }
}
