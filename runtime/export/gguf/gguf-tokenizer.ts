import type { ChatFormat } from '../../chat/chat-format.ts';
import type { TokenizerFiles } from '../../data/tokenizer/create-tokenizer.ts';
import { ModelFileError } from '../model-file-error.ts';
import type { Metadata } from './gguf-model.ts';

/** Token types of GGUF: written out in texts as they are, and (control) not part of any. */
const controlToken = 3;
const userDefinedToken = 4;

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
/** What llama.cpp's names of pre-tokenizers stand for, as Hugging Face's library has it. */
const preTokenizers: Readonly<Record<string, object>> = {
  'gpt-2': byteLevel,
  // SmolLM: each digit alone, then GPT-2's pattern.
  smollm: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel] },
};

/**
 * The tokenizer of a GGUF file as a `tokenizer.json`: byte-level BPE with the file's tokens, merges and special tokens.
 * Throws `ModelFileError` for another kind, or a pre-tokenizer whose splits are not known: its tokens would be others.
 */
export function ggufTokenizer(metadata: Metadata, owner: string): TokenizerFiles {
  const kind = metadata['tokenizer.ggml.model'];
  const pre = String(metadata['tokenizer.ggml.pre'] ?? '');
  const preTokenizer = Object.hasOwn(preTokenizers, pre) ? preTokenizers[pre] : undefined;
  if (kind !== 'gpt2' || preTokenizer === undefined) {
    throw new ModelFileError(
      `\`${owner}\` has a tokenizer of kind ${JSON.stringify(kind)} with pre-tokenizer "${pre}"; "gpt2" with ` +
        `${Object.keys(preTokenizers)
          .map((name) => `"${name}"`)
          .join(' or ')} can be read`,
      'use the model’s Hugging Face folder, which has its tokenizer.json',
    );
  }
  const tokens = texts(metadata, 'tokenizer.ggml.tokens', owner);
  const added = addedTokens(tokens, metadata['tokenizer.ggml.token_type']);
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  if (Object.keys(vocab).length !== tokens.length) {
    throw new ModelFileError(`\`${owner}\` has a token twice`, 'download the file again');
  }
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', ...plainBpe, vocab, merges: texts(metadata, 'tokenizer.ggml.merges', owner) },
  };
  const eos = specialToken(metadata, tokens, 'eos');
  const configuration = eos === '' ? null : Buffer.from(JSON.stringify({ eos_token: eos }));
  return { name: `${owner} (its tokenizer)`, json: Buffer.from(JSON.stringify(json)), configuration };
}

const plainBpe = {
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
};

/** The file's chat template with its special tokens; null where it has none. */
export function ggufChatFormat(metadata: Metadata, owner: string): ChatFormat | null {
  const template = metadata['tokenizer.chat_template'];
  if (typeof template !== 'string') return null;
  const tokens = texts(metadata, 'tokenizer.ggml.tokens', owner);
  const token = (name: string) => specialToken(metadata, tokens, name);
  return { template, bosToken: token('bos'), eosToken: token('eos') };
}

/** Ids of the tokens that end a text or a turn. */
export function ggufEndTokens(metadata: Metadata): number[] {
  const ids = ['eos', 'eot', 'eom'].map((name) => metadata[`tokenizer.ggml.${name}_token_id`]);
  return ids.filter((id) => typeof id === 'number');
}

function addedTokens(tokens: readonly string[], types: unknown): object[] {
  const typeOf = (id: number) => (Array.isArray(types) ? types[id] : null);
  return tokens.flatMap((content, id) => {
    const isSpecial = typeOf(id) === controlToken;
    if (!isSpecial && typeOf(id) !== userDefinedToken) return [];
    return [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial }];
  });
}

function specialToken(metadata: Metadata, tokens: readonly string[], name: string): string {
  const id = metadata[`tokenizer.ggml.${name}_token_id`];
  return typeof id === 'number' ? (tokens[id] ?? '') : '';
}

function texts(metadata: Metadata, field: string, owner: string): readonly string[] {
  const value = metadata[field];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new ModelFileError(`\`${owner}\` has no \`${field}\``, 'download the file again');
}
