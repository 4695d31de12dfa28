import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { basename } from 'node:path';
import { RunError } from '../train/run-error.ts';
import { usingRunFile } from './refused-file.ts';

/** A line of a step log: JSON with the 1-based step it belongs to (0 for what stands before the first). */
export interface StepLine {
  readonly step: number;
}

/**
 * JSON lines in the order of steps. A line is handed to the system when it is appended, so that killing the process loses
 * none; `sync` makes them survive a power cut, and is called before a checkpoint that relies on them. Each throws
 * `RunFileRefused` where the file system refuses.
 */
export class StepLog<Line extends StepLine> {
  readonly #path: string;
  readonly #file: number;
  /** Lines that were there and stay. */
  readonly linesKept: number;

  /** Opens the log and drops every line from the first on that does not stay, and a torn last line: the run goes on there. */
  constructor(path: string, stays: (line: Line) => boolean) {
    this.#path = path;
    this.#file = usingRunFile(path, 'written', () => openSync(path, 'a+'));
    this.linesKept = this.cut(stays);
  }

  /** Drops every line from the first on that does not stay; gives the number of those that do. */
  cut(stays: (line: Line) => boolean): number {
    return usingRunFile(this.#path, 'written', () => {
      const { length, lines } = linesThatStay(this.#file, stays);
      ftruncateSync(this.#file, length);
      return lines;
    });
  }

  append(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    usingRunFile(this.#path, 'written', () => {
      // A disk that is nearly full takes a part and refuses the rest.
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    });
  }

  sync(): void {
    usingRunFile(this.#path, 'written', () => fsyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A step log with something in it that no run has written, nor a kill has left. */
export class StepLogDamaged extends RunError {
  /** `line` is 1-based. */
  constructor(path: string, line: number) {
    super(`line ${line} of \`${basename(path)}\` is no line of a run's log`, {
      help: `\`${path}\`: restore it from a copy, or remove the line and go on without what it said`,
    });
    this.name = 'StepLogDamaged';
  }
}

/** The lines of a step log; a torn last line is left out. Throws `StepLogDamaged`. */
export function readStepLog<Line extends StepLine>(path: string): Line[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const rest = lines.pop()!;
  const read = lines.map((text, index) => {
    const line = lineOf<Line>(text);
    if (line === null) throw new StepLogDamaged(path, index + 1);
    return line;
  });
  if (!isTorn(rest)) throw new StepLogDamaged(path, lines.length + 1);
  return read;
}

/** Throws `StepLogDamaged` for a log with a line that is none, other than a torn last one; reads it a block at a time. */
export function requireWholeLog(path: string): void {
  if (!existsSync(path)) return;
  usingRunFile(path, 'read', () => {
    const file = openSync(path, 'r');
    try {
      const { length, lines } = linesThatStay(file, () => true);
      const rest = Buffer.alloc(Math.min(blockBytes, fstatSync(file).size - length));
      readSync(file, rest, 0, rest.length, length);
      if (rest.includes(0x0a) || !isTorn(rest.toString('utf8'))) throw new StepLogDamaged(path, lines + 1);
    } finally {
      closeSync(file);
    }
  });
}

/** Whether a kill can have left this behind the last whole line: the beginning of a line, and zeros where power was lost. */
function isTorn(rest: string): boolean {
  const text = rest.replace(/\0+$/, '');
  return text.length < lineStart.length ? lineStart.startsWith(text) : text.startsWith(lineStart);
}

/** Every line begins with its step. */
const lineStart = '{"step":';

/** The last `count` lines of a step log, or all that there are, without reading more of it; a torn last line is left out. */
export function readLastLines<Line extends StepLine>(path: string, count: number): Line[] {
  const file = openSync(path, 'r');
  try {
    let from = fstatSync(file).size;
    let tail = Buffer.alloc(0);
    while (from > 0 && linesIn(tail) <= count) {
      const size = Math.min(from, blockBytes);
      const block = Buffer.alloc(size);
      from -= size;
      readSync(file, block, 0, size, from);
      tail = Buffer.concat([block, tail]);
    }
    const whole = tail
      .toString('utf8', 0, tail.lastIndexOf(0x0a) + 1)
      .split('\n')
      .slice(0, -1);
    return whole.slice(Math.max(0, whole.length - count)).map((line) => JSON.parse(line) as Line);
  } finally {
    closeSync(file);
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  return lines;
}

/** Read at a time; a line has some hundred bytes, and one that is longer than this is none. */
const blockBytes = 1 << 20;

/** Bytes and number of the whole lines up to the first that does not stay or is none. */
function linesThatStay<Line extends StepLine>(
  file: number,
  stays: (line: Line) => boolean,
): { length: number; lines: number } {
  const block = Buffer.alloc(blockBytes);
  let length = 0;
  let lines = 0;
  for (;;) {
    const size = readSync(file, block, 0, blockBytes, length);
    let start = 0;
    for (let end = block.indexOf(0x0a); end >= 0 && end < size; end = block.indexOf(0x0a, start)) {
      const line = lineOf<Line>(block.toString('utf8', start, end));
      if (line === null || !stays(line)) return { length: length + start, lines };
      start = end + 1;
      lines++;
    }
    // Nothing whole was left in the block: the end, or a torn line.
    if (start === 0) return { length, lines };
    length += start;
  }
}

function lineOf<Line extends StepLine>(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof (value as Partial<Line> | null)?.step === 'number' ? (value as Line) : null;
  } catch {
    return null;
  }
}
