import { writeFileDurably } from './durable-file.ts';
import { readRecordList } from './record-list.ts';

/** Steps of the run that it passes without training, and why. `skips.json` holds a run's in the order they came. */
export interface SkipRecord {
  readonly phase: string;
  /** `rewind`: `on_spike` did it. `asked`: a person did, by `--skip-batch`. */
  readonly kind: 'rewind' | 'asked';
  /** The step of the spike, or the one that was asked for. */
  readonly step: number;
  /** The step that training went on from. */
  readonly checkpoint: number;
  /** The skipped steps, both ends included; they hold `step`. */
  readonly first: number;
  readonly last: number;
  /** Of the spike, and of the losses before it; words for what is no number, null where it does not apply. */
  readonly loss: number | string | null;
  readonly gradient_norm: number | string | null;
  readonly mean: number | null;
  readonly deviation: number | null;
  /** Tokens that the run leaves out by this record and by none before it. */
  readonly datasets: readonly { readonly dataset: string; readonly tokens: number }[];
}

/** The skips of all phases; none when there is no file. Throws `RunError` for a file that is no such record. */
export function readSkips(path: string): readonly SkipRecord[] {
  return readRecordList(path, {
    key: 'skips',
    isItem: isSkip,
    of: 'skipped steps',
    help: 'bring it back from a copy: without it the run cannot tell which data it left out',
  });
}

/** Adds a record; the file is replaced as a whole, so that a process that dies leaves the old one or the new one. */
export async function addSkip(path: string, record: SkipRecord): Promise<void> {
  const skips = [...readSkips(path), record];
  await writeFileDurably(path, `${JSON.stringify({ format: 1, skips }, null, 2)}\n`);
}

/** The newest record that skips a step of the run; null when it is trained. */
export function skipOf(skips: readonly SkipRecord[], step: number): SkipRecord | null {
  return skips.findLast((skip) => step >= skip.first && step <= skip.last) ?? null;
}

function isSkip(value: unknown): value is SkipRecord {
  const skip = (value ?? {}) as Partial<SkipRecord>;
  const steps = [skip.step, skip.checkpoint, skip.first, skip.last];
  return (
    typeof skip.phase === 'string' &&
    (skip.kind === 'rewind' || skip.kind === 'asked') &&
    steps.every((step) => Number.isSafeInteger(step)) &&
    Array.isArray(skip.datasets)
  );
}
