import type { CommandContext } from './context.ts';
import { ExitCode } from './context.ts';
import { programName } from './program-name.ts';

/**
 * The context of the real process: its streams, its terminal, and Ctrl-C. The command line uses the global `process`, since
 * importing `node:process` opens stdin at every start.
 */
export function processContext(): CommandContext {
  const write = (stream: NodeJS.WriteStream) => (text: string) => {
    stream.write(text);
  };
  return {
    out: write(process.stdout),
    err: write(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    terminal: terminalOf(process.stderr),
    outTerminal: terminalOf(process.stdout),
    interrupted: interruptSignal(),
  };
}

function terminalOf(stream: NodeJS.WriteStream): CommandContext['terminal'] {
  const interactive = stream.isTTY === true;
  const color = interactive && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return { interactive, columns: (interactive && stream.columns) || 80, color, program: programName(process.env) };
}

/**
 * The first SIGINT or SIGTERM asks for a clean end; the second ends at once. After the first, signals act as the system has it:
 * a long computation keeps handlers in JavaScript waiting, and would keep the second waiting too.
 */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
    // Not at once: signals that came together are told one after the other.
    setImmediate(() => {
      for (const signal of signals) process.off(signal, interrupt);
    });
  };
  for (const signal of signals) process.on(signal, interrupt);
  return controller.signal;
}
