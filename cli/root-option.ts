import { realpathSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError, ExitCode } from './context.ts';

const name = '--root';

/**
 * Takes `--root FOLDER` out of the words of a command line, where it may stand before and after the command as `--debug` does.
 * The folder is its real path. Throws a CommandError for one that is missing or not there.
 */
export function takeRoot(
  words: readonly string[],
  cwd: string,
): { readonly words: readonly string[]; readonly root?: string } {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at === -1) return { words };
  const joined = words[at]!.startsWith(`${name}=`);
  const folder = joined ? words[at]!.slice(name.length + 1) : words[at + 1];
  const rest = [...words.slice(0, at), ...words.slice(at + (joined ? 1 : 2))];
  return { words: rest, root: folderAt(folder, cwd) };
}

function folderAt(folder: string | undefined, cwd: string): string {
  const usage = {
    exitCode: ExitCode.usage,
    help: 'name a folder: `--root ..` lets a recipe read files beside its own folder',
  };
  if (folder === undefined || folder === '') throw new CommandError('`--root` names no folder', usage);
  const place = resolve(cwd, folder);
  const stats = statsOf(place);
  if (!stats?.isDirectory()) {
    const fault = stats === null ? 'there is no such folder' : 'it is a file, not a folder';
    throw new CommandError(`\`--root ${folder}\`: ${fault}`, usage);
  }
  return realpathSync(place);
}

/** null for what is not there, or cannot be looked at. */
function statsOf(place: string): Stats | null {
  try {
    return statSync(place);
  } catch {
    return null;
  }
}
