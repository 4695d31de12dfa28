import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Deletes the least recently written files of a folder until it takes at most `limitBytes`. A file that another process
 * deletes meanwhile is not an error; a missing folder is empty.
 */
export async function pruneFolder(folder: string, limitBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const info = await stat(file).catch(() => null);
      return info?.isFile() ? { file, bytes: info.size, written: info.mtimeMs } : null;
    }),
  );
  const known = files.filter((file) => file !== null).sort((a, b) => b.written - a.written);
  let kept = 0;
  for (const { file, bytes } of known) {
    kept += bytes;
    if (kept > limitBytes) await rm(file, { force: true });
  }
}
