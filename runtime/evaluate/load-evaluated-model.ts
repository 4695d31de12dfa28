import type { SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { loadTextModel } from '../export/load-text-model.ts';
import type { TextModel } from '../model/text-model.ts';

/** A model to measure, with what tells it apart in results. */
export interface EvaluatedModel extends TextModel {
  /** Of a run: the step of its checkpoint and its plan's hash; null for other models. */
  readonly trained: { readonly step: number; readonly plan: string } | null;
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * The model of a run folder or checkpoint (of `step`, or the newest), of a Hugging Face folder, or of a `.gguf` file. Throws
 * RunError, ModelFileError or DataError.
 */
export async function loadEvaluatedModel(path: string, step: number | null): Promise<EvaluatedModel> {
  const { model, run } = await loadTextModel(path, path, step);
  if (run === null) return { ...model, trained: null, skipped: [] };
  return { ...model, trained: { step: run.step, plan: run.plan.hash }, skipped: run.skipped };
}
