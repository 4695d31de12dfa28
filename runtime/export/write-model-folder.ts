import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { specialTokenText } from '../chat/special-token-text.ts';
import { type StoredType, writeSafetensors } from '../checkpoint/safetensors.ts';
import { inLayoutOrder } from '../model/in-layout-order.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { TextModel } from '../model/text-model.ts';
import type { NamedArray } from '../model/types.ts';
import { withFile } from '../run-folder/durable-file.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { usingPlace } from '../run-folder/refused-file.ts';
import { llamaTensors } from './llama-tensors.ts';
import { ModelFileError } from './model-file-error.ts';
import { transpose } from './transpose.ts';
import { generationConfig, llamaConfig, type SpecialTokens } from './write-llama-config.ts';

export interface ModelFolderContents {
  readonly model: TextModel;
  /** Bytes of `tokenizer.json`, and of the `tokenizer_config.json` beside it; null where there is none. */
  readonly tokenizerJson: Uint8Array;
  readonly tokenizerConfiguration: Uint8Array | null;
  readonly type: StoredType;
  /** Text of `README.md`. */
  readonly card: string;
}

/** A file that was written, with its bytes. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Writes a model as a Hugging Face folder. `path` must not exist or be empty; until everything is written it is a folder of
 * another name beside it, so that what stands at `path` is always whole. Returns the files, in order.
 * Throws `ModelFileError` when something is in `path` already, or where no folder can be made.
 */
export async function writeModelFolder(path: string, contents: ModelFolderContents): Promise<readonly WrittenFile[]> {
  requireFree(path);
  const temporary = `${path}.${process.pid}.tmp`;
  writingAt(path, () => {
    makeFolders(dirname(path));
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary);
  });
  try {
    for (const [name, text] of Object.entries(smallFiles(contents))) writeFileSync(join(temporary, name), text);
    await writeWeights(join(temporary, 'model.safetensors'), contents);
    if (existsSync(path)) rmdirSync(path);
    await rename(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  const names = readdirSync(path).sort();
  return names.map((name) => ({ name, bytes: statSync(join(path, name)).size }));
}

function writingAt<Result>(path: string, work: () => Result): Result {
  const help = 'choose another folder with `-o`';
  return usingPlace(work, (reason) => new ModelFileError(`\`${path}\` cannot be written: ${reason}`, help));
}

/** Throws `ModelFileError` for a path that is taken, or cannot be. */
export function requireFree(path: string): void {
  const stat = writingAt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined || (stat.isDirectory() && readdirSync(path).length === 0)) return;
  const what = stat.isDirectory() ? 'is not empty' : 'is a file';
  throw new ModelFileError(`\`${path}\` ${what}`, 'choose another folder with `-o`: nothing is written over');
}

async function writeWeights(path: string, { model, type }: ModelFolderContents): Promise<void> {
  const arrays = weightsOf(model);
  await withFile(path, 'w', async (file) => {
    // transformers refuses files that do not say what wrote them; a matrix is [out, in], as in PyTorch.
    await writeSafetensors(file, arrays, { metadata: { format: 'pt' }, type });
    await file.sync();
  });
}

/** The tensors under their names there. A matrix is turned when it is written, so that one turned copy is held at a time. */
function weightsOf({ model, parameters }: TextModel): NamedArray[] {
  const ordered = inLayoutOrder(parameterLayout(model), parameters);
  return llamaTensors(model).map(({ name, shape, transposed }, index) => {
    const { values } = ordered[index]!;
    if (!transposed) return { name, shape, values };
    return {
      name,
      shape,
      get values() {
        return transpose(values, shape[1]!, shape[0]!);
      },
    };
  });
}

function smallFiles({ model, type, ...contents }: ModelFolderContents): Readonly<Record<string, string | Uint8Array>> {
  const tokens = specialTokens(model);
  return {
    'README.md': contents.card,
    'config.json': jsonText(llamaConfig(model.model, model.ropeTheta, tokens, type)),
    'generation_config.json': jsonText(generationConfig(tokens)),
    'tokenizer.json': contents.tokenizerJson,
    'tokenizer_config.json': jsonText(tokenizerConfig(model, tokens, contents.tokenizerConfiguration)),
    ...(model.chat && { 'chat_template.jinja': model.chat.template }),
  };
}

/** The first end, that of a turn where the model has one, is `eos_token`, as chat models have it. */
function specialTokens({ tokenizer, endTokens, chat }: TextModel): SpecialTokens {
  return { begin: (chat && tokenizer.tokenOf(chat.bosToken)) ?? tokenizer.endOfText, end: [...endTokens] };
}

/** What the tokenizer's own configuration says, with what a model needs; the template also where older versions look for it. */
function tokenizerConfig(
  { model, tokenizer, chat }: TextModel,
  tokens: SpecialTokens,
  given: Uint8Array | null,
): object {
  const own: Readonly<Record<string, unknown>> = given === null ? {} : JSON.parse(Buffer.from(given).toString('utf8'));
  const textOf = (token: number) => tokenizer.textOf(token) ?? undefined;
  const bos = specialTokenText(own.bos_token) || textOf(tokens.begin);
  const eos = textOf(tokens.end[0]!);
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    // Its default has `token_type_ids` too, which a Llama model refuses.
    model_input_names: ['input_ids', 'attention_mask'],
    ...own,
    bos_token: bos,
    eos_token: eos,
    pad_token: specialTokenText(own.pad_token) || eos,
    model_max_length: model.context,
    ...(chat && { chat_template: chat.template }),
  };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
