import type { TextTokenizer } from '../tokenizer/text-tokenizer.ts';

/** A text on its way into a store. */
export interface PlacedText {
  readonly text: string;
  readonly file: number;
  readonly line: number;
  readonly heldOut: boolean;
}

/** Encodes texts in groups and hands them on in the order they came. */
export interface EncodeQueue {
  /** Encodes what waits when the group is full; resolves at once otherwise. */
  add(placed: PlacedText): Promise<void>;
  /** Encodes what still waits. */
  finish(): Promise<void>;
}

/** Characters and texts of a group: enough to keep the library's threads busy, few enough to bound memory and to show progress. */
const groupCharacters = 1 << 18;
const groupTexts = 1024;

export function createEncodeQueue(
  tokenizer: Pick<TextTokenizer, 'encodeBatch'>,
  store: (placed: PlacedText, tokens: Int32Array) => void,
): EncodeQueue {
  let group: PlacedText[] = [];
  let characters = 0;
  const finish = async () => {
    if (group.length === 0) return;
    const texts = group;
    group = [];
    characters = 0;
    const encoded = await tokenizer.encodeBatch(texts.map((each) => each.text));
    texts.forEach((placed, index) => {
      store(placed, encoded[index]!);
    });
  };
  return {
    async add(placed) {
      group.push(placed);
      characters += placed.text.length;
      if (characters >= groupCharacters || group.length >= groupTexts) await finish();
    },
    finish,
  };
}
