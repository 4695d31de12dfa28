import { basename } from 'node:path';
import { RunError } from '../train/run-error.ts';

/** An error of the file system, with its code. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** "no space is left (ENOSPC)": what the file system says, in words. */
export function fileReason({ code = '', message }: NodeJS.ErrnoException): string {
  return `${reasons[code] ?? message} (${code})`;
}

/** Does `work` on a place for a new folder; throws what `refusal` makes of the reason where the file system refuses it. */
export function usingPlace<Result>(work: () => Result, refusal: (reason: string) => Error): Result {
  try {
    return work();
  } catch (error) {
    if (!isFileError(error)) throw error;
    // A system that says "not there" has no folder to make it in.
    throw refusal(error.code === 'ENOENT' ? 'no folder can be made there (ENOENT)' : fileReason(error));
  }
}

/** What a person can do about it. */
export function fileAdvice({ code = '' }: NodeJS.ErrnoException): string {
  if (spaceCodes.includes(code)) return 'free space or raise the limit';
  return kindCodes.includes(code) ? 'move what is in its place aside' : 'make the run folder writable';
}

/** A file of a run folder that cannot be opened, read or written. The folder's last checkpoint is as it was. */
export class RunFileRefused extends RunError {
  constructor(path: string, doing: 'read' | 'written', cause: NodeJS.ErrnoException) {
    super(`\`${basename(path)}\` of the run folder cannot be ${doing}: ${fileReason(cause)}`, {
      exitCode: doing === 'written' ? 4 : 1,
      help: `\`${path}\`: ${fileAdvice(cause)}${doing === 'written' ? ', then go on with `--resume`' : ''}`,
    });
    this.name = 'RunFileRefused';
    this.cause = cause;
  }
}

/** Does `work` on a file of a run folder; throws `RunFileRefused` where the file system refuses, and any other error as it is. */
export function usingRunFile<Result>(path: string, doing: 'read' | 'written', work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw isFileError(error) ? new RunFileRefused(path, doing, error) : error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit allows',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a file stands where a folder belongs',
  EEXIST: 'a file stands where a folder belongs',
};
const spaceCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const kindCodes = ['EISDIR', 'ENOTDIR'];
