import type { Plan } from '../../compiler/plan/index.ts';
import { chatFiles } from '../chat/chat-files.ts';
import { endTokensOf } from '../chat/end-tokens.ts';
import { trainedChatFormat } from '../chat/trained-chat-format.ts';
import { checkpointPath, listCheckpoints } from '../checkpoint/checkpoint-folder.ts';
import type { SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { CheckpointInvalid, readCheckpointParameters } from '../checkpoint/read-checkpoint.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { TextModel } from '../model/text-model.ts';
import type { NamedArray } from '../model/types.ts';
import { RunError } from '../train/run-error.ts';
import { phaseHolding, runPhases } from '../train/run-phases.ts';
import { segmentAt } from '../train/step-position.ts';
import { runFolderTokenizer } from '../train/tokenizer-files.ts';
import { locateRun } from './locate-run.ts';
import { acceptedPlans } from './plan-edits.ts';
import { readRunPlan } from './read-run-plan.ts';
import type { RunFolder } from './run-folder.ts';

/** A model as a checkpoint holds it, with what is needed to write text with it. */
export interface TrainedModel extends TextModel {
  /** Path of the run folder. */
  readonly runFolder: string;
  readonly plan: Plan;
  readonly step: number;
  /** Newer checkpoints that did not verify. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * Loads the newest checkpoint of a run folder that verifies, or the one of `step`, or the checkpoint that `path` names itself.
 * Throws `RunError` when there is none, with what is wrong with it.
 */
export async function loadTrainedModel(path: string, step: number | null): Promise<TrainedModel> {
  const { folder, step: named } = locateRun(path, help);
  const wanted = step ?? named;
  if (step !== null && named !== null && step !== named) {
    throw new RunError(`\`${path}\` is the checkpoint of step ${named}, not of step ${step}`, {
      help: `name the run folder: \`${folder.path}\``,
    });
  }
  const plan = readRunPlan(folder);
  const read = wanted === null ? await readNewest(folder, plan) : await readStep(folder, plan, wanted);
  const tokenizer = loadTokenizer(runFolderTokenizer, folder.path);
  const { phase, before } = phaseHolding(runPhases(plan), read.step);
  const { rope_theta: ropeTheta } = segmentAt(phase, read.step - before);
  const chat = trainedChatFormat(plan, read.step, () => chatFiles(runFolderTokenizer, folder.path));
  const endTokens = await endTokensOf(chat, tokenizer, []);
  return { runFolder: folder.path, plan, model: plan.model, tokenizer, ropeTheta, endTokens, chat, ...read };
}

const help =
  'name a folder that `smol run` has written, as in `smol generate runs/quickstart`; or a Hugging Face folder or a `.gguf` file';

type ReadParameters = Pick<TrainedModel, 'step' | 'parameters' | 'skipped'>;

async function readStep(folder: RunFolder, plan: Plan, step: number): Promise<ReadParameters> {
  const steps = listCheckpoints(folder.checkpoints);
  if (!steps.includes(step)) {
    const known = steps.length === 0 ? 'it has none yet' : `it has those of steps ${steps.toReversed().join(', ')}`;
    throw new RunError(`\`${folder.path}\` has no checkpoint of step ${step}`, { help: known });
  }
  try {
    const parameters = await readParameters(folder, plan, step);
    return { step, parameters, skipped: [] };
  } catch (error) {
    if (!(error instanceof CheckpointInvalid)) throw error;
    throw new RunError(`the checkpoint of step ${step} cannot be used: ${error.message}`, {
      help: 'leave `--checkpoint` out to take the newest that can',
    });
  }
}

async function readNewest(folder: RunFolder, plan: Plan): Promise<ReadParameters> {
  const skipped: SkippedCheckpoint[] = [];
  for (const step of listCheckpoints(folder.checkpoints)) {
    try {
      return { step, parameters: await readParameters(folder, plan, step), skipped };
    } catch (error) {
      if (!(error instanceof CheckpointInvalid)) throw error;
      skipped.push({ step, reason: error.message });
    }
  }
  const why = skipped.map(({ step, reason }) => `step ${step}: ${reason}`).join('; ');
  throw new RunError(`\`${folder.path}\` has no checkpoint${skipped.length > 0 ? ` that verifies (${why})` : ' yet'}`, {
    help: 'train it further: `smol run RECIPE --resume`',
  });
}

function readParameters(folder: RunFolder, plan: Plan, step: number): Promise<NamedArray[]> {
  const accepted = acceptedPlans(folder, plan.hash);
  return readCheckpointParameters(checkpointPath(folder.checkpoints, step), parameterLayout(plan.model), accepted);
}
