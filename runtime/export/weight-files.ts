import { basename } from 'node:path';
import { ModelFileError } from './model-file-error.ts';
import { type ModelFolder, readModelJson } from './model-folder.ts';
import { type StoredTensor, safetensorsTensors } from './safetensors-file.ts';

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

/** Names of the files that hold a folder's weights: one, or the shards that an index names. Throws `ModelFileError`. */
export function weightFileNames(folder: ModelFolder): readonly string[] {
  if (folder.file(singleFile) !== null) return [singleFile];
  const index = readModelJson(folder, indexFile);
  if (index === null) throw noWeights(folder);
  const map = index.weight_map;
  const names = typeof map === 'object' && map !== null ? Object.values(map) : [];
  if (names.length === 0 || !names.every((name) => typeof name === 'string')) {
    throw new ModelFileError(`\`${folder.name}/${indexFile}\` has no \`weight_map\``, 'download the model again');
  }
  return [...new Set(names)].sort();
}

/** Every tensor of a folder's weights, by name. Throws `ModelFileError`: a file that is missing or damaged, a name given twice. */
export async function folderTensors(folder: ModelFolder): Promise<ReadonlyMap<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const name of weightFileNames(folder)) {
    const path = folder.file(name);
    if (path === null) {
      throw new ModelFileError(`\`${folder.name}\` lacks \`${name}\`, which its index names`, 'download it again');
    }
    for (const [tensor, stored] of await tensorsOf(folder, name, path)) {
      const other = tensors.get(tensor);
      if (other !== undefined) {
        throw new ModelFileError(
          `\`${folder.name}\` has \`${tensor}\` twice, in \`${basename(other.path)}\` and \`${name}\``,
          'keep the shards of one download only',
        );
      }
      tensors.set(tensor, stored);
    }
  }
  return tensors;
}

async function tensorsOf(folder: ModelFolder, name: string, path: string) {
  try {
    return await safetensorsTensors(path);
  } catch (cause) {
    throw new ModelFileError(`\`${folder.name}/${name}\` ${(cause as Error).message}`, 'download it again', { cause });
  }
}

function noWeights(folder: ModelFolder): ModelFileError {
  if (folder.file('pytorch_model.bin') !== null || folder.file('pytorch_model.bin.index.json') !== null) {
    return new ModelFileError(
      `\`${folder.name}\` has its weights only as \`pytorch_model.bin\`, which can hold code`,
      'convert it with transformers: `save_pretrained(…, safe_serialization=True)`',
    );
  }
  return new ModelFileError(
    `\`${folder.name}\` has no weights: neither \`${singleFile}\` nor \`${indexFile}\``,
    'name the folder that holds them',
  );
}
