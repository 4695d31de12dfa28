import type { TokenizerFiles } from '../data/tokenizer/create-tokenizer.ts';
import { ModelFileError } from './model-file-error.ts';
import { type ModelFolder, readModelBytes, readModelJson } from './model-folder.ts';
import { readChatFormat } from './read-chat-format.ts';
import { readLlamaConfig } from './read-llama-config.ts';
import { readFolderParameters } from './read-parameters.ts';
import type { StoredModel } from './stored-model.ts';

/**
 * A model of the Llama family in a Hugging Face folder: `config.json`, safetensors, `tokenizer.json`, and where they are there
 * `tokenizer_config.json`, `chat_template.jinja`, `generation_config.json`. Throws `ModelFileError`.
 */
export function openModelFolder(folder: ModelFolder): StoredModel {
  const config = readModelJson(folder, 'config.json');
  if (config === null) {
    const help = 'name a folder that holds a Hugging Face model';
    throw new ModelFileError(`\`${folder.name}\` has no \`config.json\``, help);
  }
  const model = readLlamaConfig(config, `${folder.name}/config.json`);
  return {
    name: folder.name,
    model,
    tokenizerFiles: folderTokenizer(folder),
    endTokens: endTokens(folder, config),
    chat: readChatFormat(folder),
    readParameters: () => readFolderParameters(folder, model),
  };
}

/** The files of the tokenizer in a Hugging Face folder. Throws `ModelFileError` when it has no `tokenizer.json`. */
export function folderTokenizer(folder: ModelFolder): TokenizerFiles {
  const json = readModelBytes(folder, 'tokenizer.json');
  const configuration = readModelBytes(folder, 'tokenizer_config.json');
  if (json !== null) return { name: `${folder.name}/tokenizer.json`, json, configuration };
  const help = 'write it with transformers: `AutoTokenizer.from_pretrained(…).save_pretrained(…)`';
  throw new ModelFileError(`\`${folder.name}\` has no \`tokenizer.json\``, help);
}

/** What `eos_token_id` of the generation settings, else of the model, says: one id or several. */
function endTokens(folder: ModelFolder, config: Readonly<Record<string, unknown>>): number[] {
  const generation = readModelJson(folder, 'generation_config.json');
  const named = [generation?.eos_token_id ?? config.eos_token_id ?? []].flat();
  return named.filter((id) => typeof id === 'number');
}
