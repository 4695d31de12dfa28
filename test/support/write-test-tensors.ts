import { open } from 'node:fs/promises';
import { writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { NamedArray } from '../../runtime/model/types.ts';

/** Writes arrays as a safetensors file. */
export async function writeTestTensors(path: string, arrays: readonly NamedArray[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    await writeSafetensors(file, arrays);
  } finally {
    await file.close();
  }
}
