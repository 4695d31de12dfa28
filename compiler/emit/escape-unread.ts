/**
 * Escapes, in a text that is quoted as JSON or YAML 1.1 quote it, what YAML 1.1 takes for a line's end or refuses although it
 * is quoted: DEL and the C1 controls, the line and paragraph separators, a byte order mark, U+FFFE and U+FFFF.
 */
export function escapeUnread(quoted: string): string {
  return quoted.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
