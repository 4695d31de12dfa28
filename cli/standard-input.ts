import { CommandError, ExitCode } from './context.ts';

/** More than any context holds; what is piped in is never read without bound. */
const mostBytes = 16 * 1024 * 1024;

/** All of standard input as text. Throws when it is a terminal (nobody would know that it waits), too long, or not UTF-8. */
export async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new CommandError('there is no prompt', {
      help: 'give one with `--prompt TEXT` or `--prompt-file FILE`, or pipe it in; `--prompt ""` begins a new document',
      exitCode: ExitCode.usage,
    });
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new CommandError('standard input is longer than any prompt (16 MiB)');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new CommandError('standard input is not UTF-8 text', { help: 'pipe UTF-8 text in' });
  }
}
