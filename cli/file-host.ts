import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { CompilerHost } from '../compiler/index.ts';
import { type CommandContext, CommandError } from './context.ts';

/** A recipe of more bytes than this is not even read. */
const mostBytes = 32 * 1024 * 1024;

/**
 * The compiler's door to the files of this machine; paths are taken from the folder `cwd`. A recipe reads in its own folder, and
 * below `root` where one is given.
 */
export function createFileHost({ cwd, root }: Pick<CommandContext, 'cwd' | 'root'>): CompilerHost {
  return {
    readText: (path) => {
      try {
        return readRecipeText(cwd, path);
      } catch {
        return null;
      }
    },
    mayClimb: root !== undefined,
    leavesFolder: (path, folder) => {
      try {
        const real = realpathSync(resolve(cwd, path));
        const bases = [realpathSync(resolve(cwd, folder)), ...(root === undefined ? [] : [root])];
        return !bases.some((base) => real.startsWith(base.endsWith(sep) ? base : base + sep));
      } catch {
        // What is not there leaves nothing: reading it says so.
        return false;
      }
    },
  };
}

/** What a file is taken for, in what is said where it cannot be read. */
interface FileWords {
  /** `a recipe`. */
  readonly what: string;
  readonly ending: string;
}

const recipeWords: FileWords = { what: 'a recipe', ending: '.smol' };

/**
 * Text of a recipe, or of another file that a person wrote, as it stands on disk, a byte order mark included. Throws a
 * CommandError that says why it cannot be read.
 */
export function readRecipeText(cwd: string, path: string, words: FileWords = recipeWords): string {
  const place = resolve(cwd, path);
  const stats = attempt(path, () => statSync(place, { throwIfNoEntry: false }));
  if (stats === undefined) throw new CommandError(`there is no file \`${path}\``, { help: 'check the path' });
  if (stats.isDirectory()) {
    throw new CommandError(`\`${path}\` is a folder`, {
      help: `name the files in it: \`${path.replace(/\/$/, '')}/*${words.ending}\``,
    });
  }
  const bytes = attempt(path, () => firstBytes(place, mostBytes + 1));
  if (bytes.length > mostBytes) {
    throw new CommandError(`\`${path}\` is too large to be ${words.what} (more than ${mostBytes / 2 ** 20} MiB)`);
  }
  return decodeRecipe(bytes, path, words);
}

/** Counts what is read, not what the system says: the size of a pipe or a device is 0, and it may never end. */
function firstBytes(place: string, most: number): Buffer {
  const file = openSync(place, 'r');
  try {
    const parts: Buffer[] = [];
    for (let left = most; left > 0; ) {
      const part = Buffer.allocUnsafe(Math.min(left, 64 * 1024));
      const size = readSync(file, part);
      if (size === 0) break;
      parts.push(part.subarray(0, size));
      left -= size;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(file);
  }
}

/** Decodes UTF-8; anything else is refused, since replaced characters would be a silent repair. */
export function decodeRecipe(bytes: Uint8Array, path: string, { what }: FileWords = recipeWords): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`\`${path}\` is not UTF-8 text`, { help: `save it as UTF-8, or check that it is ${what}` });
  }
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'EACCES' ? 'no permission' : (error as Error).message;
    throw new CommandError(`\`${path}\` cannot be read: ${reason}`);
  }
}
