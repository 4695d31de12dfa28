import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { modelFolderAt } from '../export/model-folder.ts';
import { readModelFolder } from '../export/read-model-folder.ts';
import type { TextModel } from '../model/text-model.ts';
import { loadTrainedModel } from '../run-folder/trained-model.ts';
import { RunError } from '../train/run-error.ts';

/** A model to measure, with what tells it apart in results. */
export interface EvaluatedModel extends TextModel {
  /** Of a run: the step of its checkpoint and its plan's hash; null for other models. */
  readonly trained: { readonly step: number; readonly plan: string } | null;
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * The model of a run folder or checkpoint (of `step`, or the newest), or of a Hugging Face folder with `config.json`. Throws
 * RunError, ModelFileError or DataError.
 */
export async function loadEvaluatedModel(path: string, step: number | null): Promise<EvaluatedModel> {
  if (existsSync(join(path, 'plan.json')) || !existsSync(join(path, 'config.json'))) {
    const model = await loadTrainedModel(path, step);
    return { ...model, trained: { step: model.step, plan: model.plan.hash } };
  }
  if (step !== null) {
    throw new RunError(`\`${path}\` is a model without steps`, { help: 'leave `--step` out, or name a run folder' });
  }
  return { ...(await readModelFolder(modelFolderAt(path, path))), trained: null, skipped: [] };
}
