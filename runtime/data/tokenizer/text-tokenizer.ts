/** Text to token ids and back, as the tokenizer's file says, nothing added before or after a text. */
export interface TextTokenizer {
  /** Highest id + 1. */
  readonly vocabularySize: number;
  /** Id of the token that ends a document. */
  readonly endOfText: number;
  /** SHA-256 (hex) of the tokenizer's file. */
  readonly hash: string;
  /** Ids of each text. Special tokens written out in a text (`<|im_end|>`) become their ids, as in the library. */
  encodeBatch(texts: readonly string[]): Promise<readonly Int32Array[]>;
  /** The same with each token's end in its text, in code points: the part of the text that a token stands for ends there. */
  encodeWithEnds(texts: readonly string[]): Promise<readonly { readonly ids: Int32Array; readonly ends: Int32Array }[]>;
  /** Ids that stand for marks, not for text (`<|im_end|>`). */
  readonly specialTokens: ReadonlySet<number>;
  /** Special tokens are written out; bytes that are not UTF-8 become U+FFFD. Ids outside the vocabulary give no text. */
  decode(ids: readonly number[]): Promise<string>;
  /** The id of one token, also a special one; null when the vocabulary lacks it. */
  tokenOf(text: string): number | null;
  /** A token as the vocabulary writes it; null for an id that it does not have. */
  textOf(id: number): string | null;
}
