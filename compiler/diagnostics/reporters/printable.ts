/**
 * Makes text from a person's file safe for a terminal: control characters, unpaired surrogates and marks that reorder text
 * (which could hide or fake parts of a message) become escapes such as `\u{202e}`. The characters in `keep` stay.
 */
export function printable(text: string, { keep = '' } = {}): string {
  return text.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, (character) =>
    keep.includes(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
