import type { CommandContext } from '../context.ts';

/** One line on a terminal that says how far a task is; nothing elsewhere. */
export interface ProgressLine {
  readonly show: (task: string, part: number) => void;
  readonly clear: () => void;
}

/** Draws at most ten times a second. */
export function createProgressLine({ err, terminal }: CommandContext): ProgressLine {
  let shown = '';
  let last = 0;
  return {
    show(task, part) {
      const now = performance.now();
      if (!terminal.interactive || (part < 1 && now - last < 100)) return;
      last = now;
      const line = `${task} ${Math.floor(part * 100)}%`.slice(0, terminal.columns - 1);
      err(`\r${line.padEnd(shown.length)}`);
      shown = line;
    },
    clear() {
      if (shown !== '') err(`\r${' '.repeat(shown.length)}\r`);
      shown = '';
    },
  };
}
