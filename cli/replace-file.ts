import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Writes a text beside an existing file and renames it into place: readers see the old or the new text, never half of one. */
export function replaceFile(place: string, text: string): void {
  const target = realpathSync(place);
  const aside = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, text, { mode: statSync(target).mode });
    renameSync(aside, target);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
