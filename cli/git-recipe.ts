import { spawnSync } from 'node:child_process';
import type { CompilerHost } from '../compiler/index.ts';
import { CommandError, ExitCode } from './context.ts';
import { decodeRecipe } from './file-host.ts';

/** A recipe as a revision of git has it. */
export interface GitRecipe {
  /** `REV:path`: what messages call it, and what `host` reads. */
  readonly path: string;
  /** Reads files of that revision, with or without the revision in front. */
  readonly host: CompilerHost;
}

/** A recipe of more bytes than this is not even read. */
const mostBytes = 32 * 1024 * 1024;

/** True for `REV:path`; a drive letter is no revision. */
export function isGitPath(word: string): boolean {
  return /^[^:]{2,}:[^:]+$|^[^:\\/]:[^\\/:][^:]*$/.test(word);
}

/**
 * The recipe at `REV:path`, the path from the repository's root as git reads it, or else from the folder `cwd`. Git is called
 * with its arguments as a list, never through a shell. Throws a CommandError that says what is missing.
 */
export function openGitRecipe(cwd: string, word: string): GitRecipe {
  const [revision, path] = [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)];
  if (!path.endsWith('.smol')) {
    throw new CommandError(`\`${word}\` is no recipe`, {
      help: 'only recipes (`.smol`) are read from git; for a plan or a run, give its file or folder',
      exitCode: ExitCode.usage,
    });
  }
  requireRevision(cwd, revision);
  const fromRoot = readBlob(cwd, `${revision}:${path}`) !== null;
  const objectOf = (file: string) => `${revision}:${fromRoot || file.startsWith('.') ? file : `./${file}`}`;
  if (!fromRoot && readBlob(cwd, objectOf(path)) === null) {
    throw new CommandError(`there is no file \`${path}\` in revision \`${revision}\``, {
      help: "check the path: it counts from the repository's root, or from this folder",
    });
  }
  const readText = (file: string) => {
    const plain = file.startsWith(`${revision}:`) ? file.slice(revision.length + 1) : file;
    const bytes = readBlob(cwd, objectOf(plain));
    return bytes === null ? null : decodeRecipe(bytes, `${revision}:${plain}`);
  };
  return { path: word, host: { readText } };
}

function requireRevision(cwd: string, revision: string): void {
  // What begins with a hyphen would be an option to git.
  const found = revision.startsWith('-')
    ? null
    : git(cwd, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  if (found?.status === 0) return;
  if (found !== null && git(cwd, ['rev-parse', '--git-dir']).status !== 0) {
    throw new CommandError(`\`${revision}\` cannot be looked up: this folder is in no git repository`, {
      help: 'call it inside the repository, or give two files',
    });
  }
  throw new CommandError(`git knows no revision \`${revision}\``, {
    help: 'give a branch, a tag or a commit, as in `main:recipe.smol`',
  });
}

/** The content of a file in a revision, as it is stored; null when there is none. */
function readBlob(cwd: string, object: string): Buffer | null {
  const { status, stdout } = git(cwd, ['cat-file', 'blob', object]);
  return status === 0 ? stdout : null;
}

function git(cwd: string, words: readonly string[]): { readonly status: number | null; readonly stdout: Buffer } {
  const { status, stdout, error } = spawnSync('git', words, {
    cwd,
    maxBuffer: mostBytes,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error === undefined) return { status, stdout };
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  throw new CommandError(missing ? 'git is not installed' : `git cannot be called: ${error.message}`, {
    help: 'install git, or give two files instead of a revision',
    exitCode: ExitCode.environmentMissing,
  });
}
