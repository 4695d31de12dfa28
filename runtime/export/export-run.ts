import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import type { StoredType } from '../checkpoint/safetensors.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { readStepLog } from '../run-folder/step-log.ts';
import { loadTrainedModel } from '../run-folder/trained-model.ts';
import type { HeldOutLoss } from '../train/training-event.ts';
import { modelCard } from './model-card.ts';
import { requireFree, type WrittenFile, writeModelFolder } from './write-model-folder.ts';

export interface ExportOptions {
  /** A run folder, or a checkpoint in one. */
  readonly run: string;
  /** null: the newest checkpoint that verifies. */
  readonly step: number | null;
  readonly type: StoredType;
  readonly output: string;
}

export interface ExportedModel {
  readonly step: number;
  readonly parameters: number;
  readonly files: readonly WrittenFile[];
  /** Newer checkpoints that did not verify. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * Writes a checkpoint of a run as a Hugging Face folder. Equal runs write equal bytes.
 * Throws `RunError` for the run, `ModelFileError` for the output.
 */
export async function exportRun({ run, step, type, output }: ExportOptions): Promise<ExportedModel> {
  requireFree(output);
  const model = await loadTrainedModel(run, step);
  const folder = runFolderAt(model.runFolder);
  const configuration = join(folder.path, 'tokenizer_config.json');
  const heldOut = readStepLog<HeldOutLoss>(folder.heldOut);
  const evaluations = readStepLog<EvaluationLine>(folder.evaluations);
  const files = await writeModelFolder(output, {
    model,
    tokenizerJson: readFileSync(folder.tokenizer),
    tokenizerConfiguration: existsSync(configuration) ? readFileSync(configuration) : null,
    type,
    card: modelCard({ plan: model.plan, step: model.step, ropeTheta: model.ropeTheta, heldOut, evaluations }),
  });
  return { step: model.step, parameters: model.model.parameters, files, skipped: model.skipped };
}
