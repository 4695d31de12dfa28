import { checkpointName } from '../checkpoint/checkpoint-folder.ts';
import { fileAdvice, fileReason, isFileError } from '../run-folder/refused-file.ts';
import { RunError } from './run-error.ts';

/** The file system refused a checkpoint: no space, a limit of file size or a quota, no permission. None was left of its name. */
export class CheckpointNotWritten extends RunError {
  /** `step` is that of the checkpoint, 0 in the rehearsal; `lastCheckpoint` is what the run can go on from, 0 for its start. */
  constructor(step: number, lastCheckpoint: number, cause: NodeJS.ErrnoException) {
    const what =
      step === 0 ? "the rehearsal's checkpoint" : `the checkpoint \`${checkpointName(step)}\` of step ${step}`;
    const from = lastCheckpoint === 0 ? 'run again' : `go on from step ${lastCheckpoint}`;
    super(`${what} cannot be written: ${fileReason(cause)}`, {
      exitCode: 4,
      help: `${fileAdvice(cause)}, then ${from} with \`--resume\``,
    });
    this.name = 'CheckpointNotWritten';
    this.cause = cause;
  }
}

/** Does `write`; throws `CheckpointNotWritten` where the file system refuses, and any other error as it is. */
export async function writingCheckpoint<T>(step: number, lastCheckpoint: number, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw isFileError(error) ? new CheckpointNotWritten(step, lastCheckpoint, error) : error;
  }
}
