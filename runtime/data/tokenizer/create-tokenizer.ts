import { createHash } from 'node:crypto';
import { Tokenizer } from 'tokenizers';
import { DataError } from '../data-error.ts';
import type { TextTokenizer } from './text-tokenizer.ts';

/** What a tokenizer is made of: a `tokenizer.json`, and the `tokenizer_config.json` beside it where there is one. */
export interface TokenizerFiles {
  /** Of the `tokenizer.json`, for messages. */
  readonly name: string;
  readonly json: Buffer;
  readonly configuration: Buffer | null;
}

/** The token that ends a document where a tokenizer's configuration names none. */
const usualEndOfText = '<|endoftext|>';

/**
 * A Hugging Face `tokenizer.json`, run by the library it is made for. The end of text is `<|endoftext|>` where the tokenizer
 * has it, else the `eos_token` of its configuration. Truncation and padding that the file may ask for are switched off: no
 * token is lost or added. Throws DataError: a file that is no tokenizer, no end of text, BPE dropout.
 */
export function createTokenizer(files: TokenizerFiles): TextTokenizer {
  const { tokenizer, specialTokens } = parse(files.json, files.name);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const ids = Object.values(tokenizer.getVocab(true));
  const endOfText = endOfTextOf(tokenizer, files);
  return {
    vocabularySize: ids.reduce((highest, id) => Math.max(highest, id), -1) + 1,
    endOfText,
    hash: createHash('sha256').update(files.json).digest('hex'),
    async encodeBatch(texts) {
      const encodings = await tokenizer.encodeBatch([...texts], { addSpecialTokens: false });
      return encodings.map((encoding) => Int32Array.from(encoding.getIds()));
    },
    async encodeWithEnds(texts) {
      const encodings = await tokenizer.encodeBatch([...texts], { addSpecialTokens: false });
      return encodings.map((encoding) => ({
        ids: Int32Array.from(encoding.getIds()),
        ends: Int32Array.from(encoding.getOffsets(), (offsets) => offsets[1]!),
      }));
    },
    specialTokens,
    decode: (tokens) => tokenizer.decode([...tokens], false),
    tokenOf: (text) => tokenizer.tokenToId(text),
    textOf: (token) => tokenizer.idToToken(token),
  };
}

/** What is read of a `tokenizer.json` here; the library reads the rest. */
interface TokenizerJson {
  readonly model?: { readonly dropout?: number | null };
  readonly added_tokens?: readonly { readonly id: number; readonly special: boolean }[];
}

function parse(bytes: Buffer, name: string): { tokenizer: Tokenizer; specialTokens: ReadonlySet<number> } {
  let configuration: TokenizerJson;
  let tokenizer: Tokenizer;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    configuration = JSON.parse(text);
    tokenizer = Tokenizer.fromString(text);
  } catch (cause) {
    throw new DataError(
      `\`${name}\` is not a tokenizer: ${(cause as Error).message}`,
      'give a `tokenizer.json` as Hugging Face tokenizers writes it',
      { cause },
    );
  }
  if ((configuration.model?.dropout ?? 0) > 0) {
    throw new DataError(
      `the tokenizer \`${name}\` has BPE dropout ${configuration.model?.dropout}: equal texts would give different tokens`,
      'set `model.dropout` to null in the file',
    );
  }
  const special = (configuration.added_tokens ?? []).filter((token) => token.special);
  return { tokenizer, specialTokens: new Set(special.map(({ id }) => id)) };
}

function endOfTextOf(tokenizer: Tokenizer, { name, configuration }: TokenizerFiles): number {
  const usual = tokenizer.tokenToId(usualEndOfText);
  if (usual !== null) return usual;
  const named = configuredEndOfText(configuration);
  const id = named === null ? null : tokenizer.tokenToId(named);
  if (id !== null) return id;
  const found = named === null ? '' : `, nor \`${named}\` which its \`tokenizer_config.json\` names`;
  throw new DataError(
    `the tokenizer \`${name}\` has no token that ends a document: no \`${usualEndOfText}\`${found}`,
    `add \`${usualEndOfText}\` to the tokenizer, or name its token as \`eos_token\` in a \`tokenizer_config.json\` beside it`,
  );
}

/** `eos_token` is written as a string or as an object with `content`. */
function configuredEndOfText(configuration: Buffer | null): string | null {
  if (configuration === null) return null;
  try {
    const named = JSON.parse(configuration.toString('utf8')).eos_token;
    const content = typeof named === 'object' ? named?.content : named;
    return typeof content === 'string' ? content : null;
  } catch {
    return null;
  }
}
