import type { Command } from 'commander';
import type { CommandContext, ExitCode } from './context.ts';

/**
 * A command module exports `define: DefineCommand`: it declares arguments and options on `command` and returns what runs.
 * The module is loaded only when its command is called; it loads the runtime by dynamic import only.
 */
export type DefineCommand = (
  command: Command,
) => (
  context: CommandContext,
  positionals: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<ExitCode>;
