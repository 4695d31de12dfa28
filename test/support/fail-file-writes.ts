import { type FileHandle, open } from 'node:fs/promises';
import { devNull } from 'node:os';

/** From now on every write through a `FileHandle` fails as the system does with this code. Returns what ends that. */
export async function failFileWrites(code: string): Promise<() => void> {
  const file = await open(devNull, 'r');
  await file.close();
  const operations = Object.getPrototypeOf(file) as FileHandle;
  const { write } = operations;
  operations.write = (() =>
    Promise.reject(Object.assign(new Error(`${code}: refused, write`), { code, syscall: 'write' }))) as typeof write;
  return () => {
    operations.write = write;
  };
}
