import { Command } from 'commander';
import type { DefineCommand } from '../../cli/command.ts';
import type { CommandContext, ExitCode } from '../../cli/context.ts';

export interface RecordedContext extends CommandContext {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A context that keeps what is written; not a terminal unless changed. */
export function recordedContext(changes: Partial<CommandContext> = {}): RecordedContext {
  let stdout = '';
  let stderr = '';
  const plain = { interactive: false, columns: 80, color: false };
  return {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    cwd: process.cwd(),
    env: {},
    terminal: plain,
    outTerminal: plain,
    interrupted: new AbortController().signal,
    ...changes,
    stdout: () => stdout,
    stderr: () => stderr,
  };
}

/** Runs a command as the command line does: options are parsed by commander, failures are thrown. */
export async function runCommand(
  define: DefineCommand,
  words: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const command = new Command('test').exitOverride().configureOutput({ writeErr: context.err, writeOut: context.out });
  const action = define(command);
  let exitCode: ExitCode = 0;
  command.action(async () => {
    const positionals = command.processedArgs.flat().filter((word): word is string => typeof word === 'string');
    exitCode = await action(context, positionals, command.opts());
  });
  await command.parseAsync([...words], { from: 'user' });
  return exitCode;
}
