import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';

type Operation = (this: unknown, ...args: unknown[]) => Promise<unknown>;
type Operations = Record<string, Operation>;

/**
 * Runs `work` as if the machine died at its `point`-th asynchronous file operation (1-based): that one is not done (a write is
 * done by half), and neither it nor any later one ever returns, so no clean-up of `work` runs either.
 * Gives false when `work` ended before that operation: there is no such point.
 */
export async function crashAt(point: number, work: () => Promise<unknown>): Promise<boolean> {
  let done = 0;
  let died: (dead: true) => void = () => {};
  const dead = new Promise<true>((resolve) => {
    died = resolve;
  });
  const opened: FileHandle[] = [];
  const keep = async (opening: Promise<unknown>) => {
    opened.push((await opening) as FileHandle);
    return opened.at(-1);
  };
  const guard = (name: string, operation: Operation): Operation =>
    function (...args) {
      done++;
      if (done < point) return name === 'open' ? keep(operation.apply(this, args)) : operation.apply(this, args);
      const torn = done === point && name === 'write' ? operation.apply(this, halved(args)) : Promise.resolve();
      if (done === point) void torn.then(() => died(true));
      return new Promise(() => {});
    };
  const fileOperations = await fileHandleOperations();
  const restore = [
    patch(fs as unknown as Operations, ['open', 'rename', 'rm', 'mkdir'], guard),
    patch(fileOperations, ['write', 'writeFile', 'sync'], guard),
  ];
  syncBuiltinESMExports();
  try {
    return await Promise.race([dead, work().then(() => false)]);
  } finally {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
    // What `work` left open, as a dead process would not.
    for (const file of opened) await file.close().catch(() => {});
  }
}

function patch(
  target: Operations,
  names: readonly string[],
  guard: (name: string, operation: Operation) => Operation,
): () => void {
  const originals = names.map((name) => [name, target[name]!] as const);
  for (const [name, operation] of originals) target[name] = guard(name, operation);
  return () => {
    for (const [name, operation] of originals) target[name] = operation;
  };
}

/** `file.write(bytes, offset, length)` with half the length. */
function halved(args: unknown[]): unknown[] {
  const [bytes, offset, length] = args as [Uint8Array, number, number];
  return [bytes, offset, length >> 1];
}

async function fileHandleOperations(): Promise<Operations> {
  const file: FileHandle = await fs.open(devNull, 'r');
  await file.close();
  return Object.getPrototypeOf(file) as Operations;
}
