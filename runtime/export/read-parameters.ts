import type { PlanModel } from '../../compiler/plan/index.ts';
import type { NamedArray } from '../model/types.ts';
import { type LlamaTensor, llamaTensors } from './llama-tensors.ts';
import { ModelFileError } from './model-file-error.ts';
import type { ModelFolder } from './model-folder.ts';
import { readStoredTensor, type StoredTensor } from './safetensors-file.ts';
import { transpose } from './transpose.ts';
import { folderTensors } from './weight-files.ts';

const embeddingName = 'model.embed_tokens.weight';
const headName = 'lm_head.weight';

/**
 * The parameters of a Hugging Face folder in the layout's order, as float32. Names and shapes are checked before any value is
 * read, so memory is bounded by the model. Throws `ModelFileError`: a tensor that is missing, unknown or of another shape, and a
 * tied head that differs from the embedding.
 */
export async function readFolderParameters(folder: ModelFolder, model: PlanModel): Promise<NamedArray[]> {
  const stored = await folderTensors(folder);
  const tensors = llamaTensors(model);
  for (const tensor of tensors) requireShape(folder, tensor, stored.get(tensor.name));
  refuseUnknown(folder, model, tensors, stored);
  if (model.tie_embeddings) await requireTiedHead(folder, stored);
  const arrays: NamedArray[] = [];
  for (const tensor of tensors) arrays.push(await parameterOf(folder, tensor, stored.get(tensor.name)!));
  return arrays;
}

async function parameterOf(folder: ModelFolder, tensor: LlamaTensor, stored: StoredTensor): Promise<NamedArray> {
  const values = await valuesOf(folder, tensor.name, stored);
  const [rows, columns] = tensor.shape;
  const { name, shape } = tensor.parameter;
  return { name, shape, values: tensor.transposed ? transpose(values, rows!, columns!) : values };
}

async function valuesOf(folder: ModelFolder, name: string, stored: StoredTensor): Promise<Float32Array> {
  try {
    return await readStoredTensor(stored);
  } catch (cause) {
    throw new ModelFileError(
      `\`${folder.name}\`: \`${name}\` ${(cause as Error).message}`,
      'choose weights in one of these types, or download them again',
      { cause },
    );
  }
}

function requireShape(folder: ModelFolder, { name, shape }: LlamaTensor, stored: StoredTensor | undefined): void {
  if (stored === undefined) {
    throw new ModelFileError(
      `\`${folder.name}\` has no tensor \`${name}\`, which its \`config.json\` asks for`,
      'download the model again',
    );
  }
  if (stored.shape.join() === shape.join()) return;
  throw new ModelFileError(
    `\`${folder.name}\`: \`${name}\` is [${stored.shape.join(', ')}], and its \`config.json\` makes it [${shape.join(', ')}]`,
    'the two files are of different models: download both again',
  );
}

/** A tensor without a place in the model would be dropped. Tables of rotary frequencies, which old files hold, are computed. */
function refuseUnknown(
  folder: ModelFolder,
  model: PlanModel,
  tensors: readonly LlamaTensor[],
  stored: ReadonlyMap<string, StoredTensor>,
): void {
  const known = new Set(tensors.map(({ name }) => name));
  if (model.tie_embeddings) known.add(headName);
  for (const name of stored.keys()) {
    if (known.has(name) || name.endsWith('.rotary_emb.inv_freq')) continue;
    throw new ModelFileError(
      `\`${folder.name}\` has a tensor \`${name}\`, for which the model code has no place`,
      'choose a model that is a plain Llama decoder',
    );
  }
}

async function requireTiedHead(folder: ModelFolder, stored: ReadonlyMap<string, StoredTensor>): Promise<void> {
  const head = stored.get(headName);
  if (head === undefined) return;
  const [embedding, output] = [
    await valuesOf(folder, embeddingName, stored.get(embeddingName)!),
    await valuesOf(folder, headName, head),
  ];
  if (embedding.length === output.length && embedding.every((value, index) => Object.is(value, output[index]))) return;
  throw new ModelFileError(
    `\`${folder.name}\` says \`tie_word_embeddings: true\`, but \`${headName}\` differs from \`${embeddingName}\``,
    'set it to false in `config.json` if the head was trained apart; else remove the tensor',
  );
}
