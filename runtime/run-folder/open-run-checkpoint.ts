import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath, listCheckpoints } from '../checkpoint/checkpoint-folder.ts';
import { CheckpointInvalid, readCheckpointManifest, readCheckpointParameters } from '../checkpoint/read-checkpoint.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { parameterLayout } from '../model/parameters.ts';
import { RunError } from '../train/run-error.ts';
import { phaseHolding, runPhases } from '../train/run-phases.ts';
import { segmentAt } from '../train/step-position.ts';
import { locateRun } from './locate-run.ts';
import { acceptedPlans } from './plan-edits.ts';
import { readRunPlan } from './read-run-plan.ts';
import type { RunFolder } from './run-folder.ts';
import type { StartRecord } from './start-record.ts';

/** The weights of another run, as a phase starts from them. */
export interface RunCheckpoint extends StoredModel {
  readonly record: StartRecord;
  /** The checkpoint's own folder. */
  readonly folder: string;
}

export interface CheckpointPlace {
  /** Absolute. */
  readonly path: string;
  /** As the recipe has it. */
  readonly written: string;
  /** What the run that is resumed took: the run that was named may have gone on since. */
  readonly recorded: StartRecord | null;
  /** Whether a file may be read, by its real path. */
  readonly mayRead: (real: string) => boolean;
}

const help =
  'name a folder that `smol run` has written, inside of the recipe’s folder: `from = checkpoint("runs/base")`, or one of its checkpoints';

/**
 * Opens the checkpoint that `checkpoint(…)` names: one of a run, or the newest of a run. Its weights are read and verified
 * when they are asked for. Throws `RunError`: no such checkpoint, or another one than the run was begun with.
 */
export async function openRunCheckpoint({ path, written, recorded, mayRead }: CheckpointPlace): Promise<RunCheckpoint> {
  const { folder, step: named } = locateRun(path, help, written);
  const step = named ?? recorded?.step ?? listCheckpoints(folder.checkpoints)[0];
  if (step === undefined) throw new RunError(`\`${written}\` has no checkpoint yet`, { help: 'train it first' });
  const own = checkpointPath(folder.checkpoints, step);
  requireReadable(
    [folder.plan, folder.tokenizer, join(own, 'manifest.json'), join(own, 'parameters.safetensors')],
    written,
    mayRead,
  );
  const plan = readRunPlan(folder);
  const accepted = acceptedPlans(folder, plan.hash);
  const manifest = await explained(written, step, () => readCheckpointManifest(own, accepted));
  const record = { path: written, step, sha256: manifest.files[0]!.sha256 };
  if (recorded !== null && recorded.sha256 !== record.sha256) throw changed(written, step);
  const { phase, before } = phaseHolding(runPhases(plan), step);
  return {
    name: written,
    record,
    folder: own,
    // The base that the weights were last trained with, as an exported model has it.
    model: { ...plan.model, rope_theta: segmentAt(phase, step - before).rope_theta },
    tokenizerFiles: tokenizerOf(folder, written),
    endTokens: [],
    chat: null,
    readParameters: () =>
      explained(written, step, () => readCheckpointParameters(own, parameterLayout(plan.model), accepted)),
  };
}

function tokenizerOf({ path, tokenizer }: RunFolder, written: string): StoredModel['tokenizerFiles'] {
  const configuration = join(path, 'tokenizer_config.json');
  return {
    name: `${written}/tokenizer.json`,
    json: readFileSync(tokenizer),
    configuration: existsSync(configuration) ? readFileSync(configuration) : null,
  };
}

function requireReadable(files: readonly string[], written: string, mayRead: CheckpointPlace['mayRead']): void {
  for (const file of files) {
    if (!existsSync(file)) throw new RunError(`\`${written}\` lacks \`${file.split('/').at(-1)}\``, { help });
    if (mayRead(realpathSync(file))) continue;
    throw new RunError(`\`${written}\`: \`${file.split('/').at(-1)}\` is a link that leaves the recipe's folder`, {
      help: 'copy the run into it',
    });
  }
}

async function explained<T>(written: string, step: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CheckpointInvalid)) throw error;
    throw new RunError(`the checkpoint of step ${step} in \`${written}\` cannot be used: ${error.message}`, {
      help: 'name another checkpoint of the run',
    });
  }
}

function changed(written: string, step: number): RunError {
  return new RunError(`the checkpoint of step ${step} in \`${written}\` is another one than when the run began`, {
    help: 'bring the old one back to resume, or start a new run without `--resume`',
  });
}
