import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { DataError } from '../data-error.ts';
import { hasWiderBounds, isWithinBounds } from './folder-bounds.ts';
import { hasGlob, segmentMatcher } from './glob.ts';

/** A file of a `local(...)` source. */
export interface LocalFile {
  /** Relative to the base folder, `/`-separated. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * The files that paths and globs name, each once, in the order of their names' bytes. `owner` is named in errors
 * ("dataset `web`"). Throws DataError: a path that leaves the base folder (`..`, absolute, by a link), a folder, a path or
 * glob without a file. `--root` widens what may be read (folder-bounds.ts).
 */
export function localFiles(paths: readonly string[], baseDirectory: string, owner: string): readonly LocalFile[] {
  const base = realpathSync(baseDirectory);
  const names = new Set(paths.flatMap((each) => namesOf(each, base, owner)));
  const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.map((name) => fileAt(name, base, owner));
}

function namesOf(written: string, base: string, owner: string): readonly string[] {
  const segments = written.split('/').filter((each) => each !== '' && each !== '.');
  if (path.isAbsolute(written) || path.win32.isAbsolute(written)) {
    throw new DataError(
      `${owner}: the path \`${written}\` is absolute`,
      'write it relative to the recipe, inside its folder',
    );
  }
  if (segments.includes('..') && !hasWiderBounds(base)) {
    throw new DataError(
      `${owner}: the path \`${written}\` leaves the recipe's folder`,
      'move or copy the data into it, or allow a wider folder: `--root FOLDER`',
    );
  }
  const literal = segments.join('/');
  if (!hasGlob(literal) || statOf(path.join(base, literal)) !== null) return [literal];
  // `**` twice is `**`: walking each would visit a folder once for every way to share its path among them.
  const pattern = segments.filter((each, at) => each !== '**' || segments[at - 1] !== '**');
  const matches = walk(base, '', pattern, owner);
  if (matches.length === 0) {
    throw new DataError(`${owner}: no file matches \`${written}\``, "globs are relative to the recipe's folder");
  }
  return matches;
}

/** Names of files below `folder` (relative to base, '' for base itself) that match the pattern's segments. */
function walk(base: string, folder: string, segments: readonly string[], owner: string): string[] {
  const [pattern, ...rest] = segments;
  if (pattern === undefined) return [];
  if (pattern === '..') return walk(base, folder === '' ? '..' : `${folder}/..`, rest, owner);
  const entries = entriesOf(folder, base, owner);
  const nameOf = (entry: Dirent) => (folder === '' ? entry.name : `${folder}/${entry.name}`);
  if (pattern === '**') {
    // Links to folders are not followed here: they may lead in circles.
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return [
      ...walk(base, folder, rest, owner),
      ...folders.flatMap((entry) => walk(base, nameOf(entry), segments, owner)),
    ];
  }
  const matches = segmentMatcher(pattern);
  return entries
    .filter((entry) => matches(entry.name))
    .flatMap((entry) => {
      const isFolder = statOf(path.join(base, nameOf(entry)))?.isDirectory() ?? false;
      if (rest.length > 0) return isFolder ? walk(base, nameOf(entry), rest, owner) : [];
      return isFolder ? [] : [nameOf(entry)];
    });
}

/** What is in a folder. One that a link puts outside is refused before it is looked into: its names are nobody's business. */
function entriesOf(name: string, base: string, owner: string): readonly Dirent[] {
  const folder = path.join(base, name);
  let real: string;
  try {
    real = realpathSync(folder);
  } catch {
    return [];
  }
  if (!isWithinBounds(real, base)) throw outside(name, base, owner);
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function outside(name: string, base: string, owner: string): DataError {
  const how = hasWiderBounds(base) ? 'leaves the folder of `--root`' : "is a link that leaves the recipe's folder";
  return new DataError(
    `${owner}: \`${name}\` ${how}`,
    'move or copy the data into it, so that the recipe can be read elsewhere; or allow a wider folder: `--root FOLDER`',
  );
}

function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function fileAt(name: string, base: string, owner: string): LocalFile {
  const written = path.join(base, name);
  const stat = statOf(written);
  if (stat === null) {
    throw new DataError(`${owner}: there is no file \`${name}\``, "paths are relative to the recipe's folder");
  }
  if (stat.isDirectory()) {
    throw new DataError(`${owner}: \`${name}\` is a folder`, `name its files with a glob: \`${name}/*.jsonl\``);
  }
  if (!stat.isFile()) throw new DataError(`${owner}: \`${name}\` is not a regular file`, 'give a file');
  const real = realpathSync(written);
  if (!isWithinBounds(real, base)) throw outside(name, base, owner);
  return { name, path: real, bytes: stat.size };
}
