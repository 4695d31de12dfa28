import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommandError } from './context.ts';

/**
 * Writes a text to a path taken from `cwd`, making its folders: aside first, then renamed into place, so that readers see the
 * old or the new file and never half of one. Throws a CommandError that says why it cannot be written.
 */
export async function writeOutput(cwd: string, path: string, text: string): Promise<void> {
  const { makeFolders } = await import('../runtime/run-folder/make-folders.ts');
  const place = resolve(cwd, path);
  const aside = `${place}.${process.pid}.tmp`;
  try {
    makeFolders(dirname(place));
    writeFileSync(aside, text);
    renameSync(aside, place);
  } catch (error) {
    discard(aside);
    throw new CommandError(`\`${path}\` cannot be written: ${reasonOf(error)}`, {
      help: 'choose another place with `-o`',
    });
  }
}

/** Removes what was written aside, if anything was; the first failure is the one to report. */
function discard(aside: string): void {
  try {
    rmSync(aside, { force: true });
  } catch {}
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    EACCES: 'no permission',
    EPERM: 'no permission',
    ENOENT: 'no folder can be made there',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space is left',
    EISDIR: 'a folder has that name',
    ENOTEMPTY: 'a folder has that name',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a part of the path is a file',
  };
  return known[code ?? ''] ?? message;
}
