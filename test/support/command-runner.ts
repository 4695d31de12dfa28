import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { onTestFinished } from 'vitest';
import type { DefineCommand } from '../../cli/command.ts';
import type { CommandContext, ExitCode } from '../../cli/context.ts';

/** A folder of its own for one test, removed after it, with these files in it. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'smol-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return { path, read: (name: string) => readFileSync(join(path, name), 'utf8') };
}

/** Runs one command as the program does, in a folder, and gathers what it writes. */
export async function runCommand(
  define: DefineCommand,
  words: readonly string[],
  cwd: string,
): Promise<{ exitCode: ExitCode; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { interactive: false, columns: 80, color: false };
  const context: CommandContext = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    cwd,
    env: {},
    terminal,
    outTerminal: terminal,
    interrupted: new AbortController().signal,
  };
  const command = new Command('command').exitOverride().configureOutput({ writeErr: context.err });
  const action = define(command);
  let exitCode: ExitCode = 0;
  command.action(async () => {
    const positionals = command.processedArgs.flat().filter((word): word is string => typeof word === 'string');
    exitCode = await action(context, positionals, command.opts());
  });
  await command.parseAsync([...words], { from: 'user' });
  return { exitCode, out, err };
}
