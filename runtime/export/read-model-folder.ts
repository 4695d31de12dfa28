import { createTokenizer } from '../data/tokenizer/create-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { TextModel } from '../model/text-model.ts';
import { ModelFileError } from './model-file-error.ts';
import { type ModelFolder, readModelBytes, readModelJson } from './model-folder.ts';
import { readChatFormat, tokenText } from './read-chat-format.ts';
import { readLlamaConfig } from './read-llama-config.ts';
import { readFolderParameters } from './read-parameters.ts';

/**
 * A model of the Llama family from a Hugging Face folder: `config.json`, safetensors, `tokenizer.json`, and where they are there
 * `tokenizer_config.json`, `chat_template.jinja`, `generation_config.json`. Throws `ModelFileError`, or DataError for the tokenizer.
 */
export async function readModelFolder(folder: ModelFolder): Promise<TextModel> {
  const config = requiredJson(folder, 'config.json');
  const model = readLlamaConfig(config, `${folder.name}/config.json`);
  const tokenizer = folderTokenizer(folder);
  if (tokenizer.vocabularySize > model.vocab) {
    throw new ModelFileError(
      `\`${folder.name}\`: its tokenizer has ${tokenizer.vocabularySize} tokens, and its model only ${model.vocab}`,
      'the two are of different models: download both again',
    );
  }
  const endTokens = folderEndTokens(folder, config, tokenizer);
  const chat = readChatFormat(folder);
  const parameters = await readFolderParameters(folder, model);
  return { model, parameters, tokenizer, ropeTheta: model.rope_theta, endTokens, chat };
}

/** The tokenizer of a Hugging Face folder. Throws `ModelFileError` when it has none, DataError for one that cannot be used. */
export function folderTokenizer(folder: ModelFolder): TextTokenizer {
  const json = readModelBytes(folder, 'tokenizer.json');
  if (json === null) {
    const help = 'write it with transformers: `AutoTokenizer.from_pretrained(…).save_pretrained(…)`';
    throw new ModelFileError(`\`${folder.name}\` has no \`tokenizer.json\``, help);
  }
  const configuration = readModelBytes(folder, 'tokenizer_config.json');
  return createTokenizer({ name: `${folder.name}/tokenizer.json`, json, configuration });
}

function requiredJson(folder: ModelFolder, name: string): Readonly<Record<string, unknown>> {
  const value = readModelJson(folder, name);
  if (value !== null) return value;
  throw new ModelFileError(`\`${folder.name}\` has no \`${name}\``, 'name a folder that holds a Hugging Face model');
}

/** What `eos_token_id` of the generation settings, else of the model, says; with the tokenizer's own ends. */
function folderEndTokens(
  folder: ModelFolder,
  config: Readonly<Record<string, unknown>>,
  tokenizer: TextTokenizer,
): ReadonlySet<number> {
  const generation = readModelJson(folder, 'generation_config.json');
  const named = [generation?.eos_token_id ?? config.eos_token_id ?? []].flat();
  const text = tokenText(readModelJson(folder, 'tokenizer_config.json')?.eos_token);
  const ids = [...named, tokenizer.endOfText, text === '' ? null : tokenizer.tokenOf(text)];
  return new Set(ids.filter((id) => typeof id === 'number'));
}
