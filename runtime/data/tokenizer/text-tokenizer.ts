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
  /** Special tokens are written out; bytes that are not UTF-8 become U+FFFD. Ids outside the vocabulary give no text. */
  decode(ids: readonly number[]): Promise<string>;
  /** The id of one token, also a special one; null when the vocabulary lacks it. */
  tokenOf(text: string): number | null;
  /** A token as the vocabulary writes it; null for an id that it does not have. */
  textOf(id: number): string | null;
}
