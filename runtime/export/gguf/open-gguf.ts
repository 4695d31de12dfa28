import { statSync } from 'node:fs';
import { ModelFileError } from '../model-file-error.ts';
import type { StoredModel } from '../stored-model.ts';
import { ggufModel, type Metadata } from './gguf-model.ts';
import { type GgufTensor, readGgufParameters } from './gguf-parameters.ts';
import { ggufChatFormat, ggufEndTokens, ggufTokenizer } from './gguf-tokenizer.ts';

/** A Llama-family model in a GGUF file. `name` stands in messages. Throws `ModelFileError`. */
export async function openGguf(path: string, name: string): Promise<StoredModel> {
  const { metadata, tensors } = await parse(path, name);
  const model = ggufModel(metadata, !tensors.has('output.weight'), name);
  return {
    name,
    model,
    tokenizerFiles: ggufTokenizer(metadata, name),
    endTokens: ggufEndTokens(metadata),
    chat: ggufChatFormat(metadata, name),
    readParameters: () => readGgufParameters(path, tensors, model, name),
  };
}

async function parse(path: string, name: string): Promise<{ metadata: Metadata; tensors: Map<string, GgufTensor> }> {
  const { gguf } = await import('@huggingface/gguf');
  let parsed: Awaited<ReturnType<typeof gguf>>;
  try {
    parsed = await gguf(path, { allowLocalFile: true });
  } catch (cause) {
    throw notWhole(name, (cause as Error).message);
  }
  // Bytes after the end of the file are zeros to the parser.
  const { size } = statSync(path);
  if (parsed.tensorDataOffset > size) throw notWhole(name, `it has ${size} bytes`);
  const tensors = new Map<string, GgufTensor>();
  for (const { name: tensor, shape, dtype, offset } of parsed.tensorInfos) {
    const from = Number(parsed.tensorDataOffset + offset);
    tensors.set(tensor, { name: tensor, extents: shape.map(Number), type: dtype, from });
  }
  return { metadata: { ...parsed.metadata }, tensors };
}

function notWhole(name: string, why: string): ModelFileError {
  return new ModelFileError(`\`${name}\` is not a whole GGUF file: ${why}`, 'download it again');
}
