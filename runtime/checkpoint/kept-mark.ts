import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An empty file in a checkpoint's folder: another run starts from it, so that its own run must not drop it. */
const markName = 'kept';

/** Marks a checkpoint. Throws the file system's error. */
export async function markKept(checkpoint: string): Promise<void> {
  await writeFile(join(checkpoint, markName), '');
}

export function isMarkedKept(checkpoint: string): boolean {
  return existsSync(join(checkpoint, markName));
}
