import type { CommandContext } from '../context.ts';

/** Redraws at most this often: faster is not readable and costs the training time. */
const redrawMilliseconds = 100;

/** Lines at the bottom of a terminal that are drawn again in place, with finished lines passing above them. */
export interface LiveBlock {
  /** Shows these lines in place of the last ones; drops the call when it comes too soon after the last. */
  draw(lines: readonly string[]): void;
  /** The same at once: for what is shown while a long call keeps the process busy. */
  show(lines: readonly string[]): void;
  /** Puts a line above the block for good. */
  print(line: string): void;
  /** Leaves the last drawn lines standing. */
  end(): void;
}

/**
 * A live block on the context's error terminal. Lines are cut to the terminal's width: a wrapped line could not be drawn over.
 * `now` gives milliseconds.
 */
export function createLiveBlock(context: CommandContext, now: () => number = () => performance.now()): LiveBlock {
  let shown = 0;
  let wanted: readonly string[] = [];
  let lastDraw = Number.NEGATIVE_INFINITY;
  const write = (above: string) => {
    const back = shown === 0 ? '' : `\r\x1b[${shown}A`;
    const lines = wanted.map((line) => `${cut(line, context.terminal.columns - 1)}\n`).join('');
    context.err(`${back}\x1b[J${above}${lines}`);
    shown = wanted.length;
    lastDraw = now();
  };
  return {
    draw(lines) {
      wanted = lines;
      if (now() - lastDraw >= redrawMilliseconds) write('');
    },
    show(lines) {
      wanted = lines;
      write('');
    },
    print: (line) => write(`${line}\n`),
    end() {
      if (wanted.length > 0) write('');
      shown = 0;
      wanted = [];
    },
  };
}

/** The first `width` characters that show, with colour codes not counted and always closed. */
function cut(line: string, width: number): string {
  let visible = 0;
  let result = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
  for (const [piece] of line.matchAll(/\x1b\[[0-9;]*m|./gsu)) {
    if (!piece.startsWith('\x1b') && visible++ >= width) continue;
    result += piece;
  }
  return result;
}
