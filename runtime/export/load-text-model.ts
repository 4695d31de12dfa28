import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TextModel } from '../model/text-model.ts';
import { loadTrainedModel, type TrainedModel } from '../run-folder/trained-model.ts';
import { RunError } from '../train/run-error.ts';
import { isStoredModel, openModel } from './open-model.ts';
import { readStoredModel } from './stored-model.ts';

/** A model, and the run it comes from; null for one that comes from elsewhere. */
export interface LoadedTextModel {
  readonly model: TextModel;
  readonly run: Pick<TrainedModel, 'plan' | 'step' | 'skipped'> | null;
}

/**
 * The model at a path: a run folder or a checkpoint in one, a Hugging Face folder, a `.gguf` file. `name` stands in messages;
 * `step` is for runs only. Throws `RunError`, `ModelFileError` or DataError.
 */
export async function loadTextModel(path: string, name: string, step: number | null): Promise<LoadedTextModel> {
  if (!existsSync(join(path, 'plan.json')) && isStoredModel(path)) {
    if (step === null) return { model: await readStoredModel(await openModel(path, name)), run: null };
    throw new RunError(`\`${name}\` is a model without steps, not a run`, {
      help: 'leave the step out, or name a run folder',
    });
  }
  const model = await loadTrainedModel(path, step);
  return { model, run: model };
}
