import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A line of a step log: JSON with the 1-based step it belongs to (0 for what stands before the first). */
export interface StepLine {
  readonly step: number;
}

/**
 * JSON lines in the order of steps. A line is handed to the system when it is appended, so that killing the process loses
 * none; `sync` makes them survive a power cut, and is called before a checkpoint that relies on them.
 */
export class StepLog<Line extends StepLine> {
  readonly #file: number;
  /** Lines that were there and stay. */
  readonly linesKept: number;

  /** Opens the log and drops every line after `lastStep`, and a torn last line: the run goes on from there. */
  constructor(path: string, lastStep: number) {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const { length, lines } = linesThroughStep(bytes, lastStep);
    this.linesKept = lines;
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, length);
  }

  append(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The lines of a step log; a torn last line is left out. */
export function readStepLog<Line extends StepLine>(path: string): Line[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Bytes and number of the whole lines whose step is at most `lastStep`, up to the first line that is not. */
function linesThroughStep(bytes: Buffer, lastStep: number): { length: number; lines: number } {
  let length = 0;
  for (let lines = 0; ; lines++) {
    const end = bytes.indexOf(0x0a, length);
    if (end < 0) return { length, lines };
    const step = stepOf(bytes.toString('utf8', length, end));
    if (step === null || step > lastStep) return { length, lines };
    length = end + 1;
  }
}

function stepOf(line: string): number | null {
  try {
    const value: unknown = JSON.parse(line);
    const step = (value as Partial<StepLine> | null)?.step;
    return typeof step === 'number' ? step : null;
  } catch {
    return null;
  }
}
