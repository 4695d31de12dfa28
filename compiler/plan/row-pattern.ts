import { RE2JS } from 're2js';

/** A regular expression of a step's condition, ready to be looked for in texts. */
export interface RowPattern {
  /** Whether it is found anywhere in the text. Time grows with text times instructions, never faster. */
  find(text: string): boolean;
}

/** Characters of a pattern, and instructions that it may compile to: a text of 4 MiB is searched in seconds at worst. */
const mostPatternCharacters = 1_000;
const mostInstructions = 1_000;

/**
 * Compiles a pattern in RE2's syntax, with JavaScript's `(?<name>…)` and `\u{…}` (re2js: automata, no backtracking, so no pattern
 * can make a text take long). A text where it cannot: why, for a person, in lower case and without a full stop.
 */
export function compilePattern(pattern: string): RowPattern | string {
  if (pattern.length > mostPatternCharacters) {
    return `it has ${pattern.length} characters, more than ${mostPatternCharacters}`;
  }
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    const size = compiled.programSize();
    if (size > mostInstructions) {
      return `its repetitions make ${size} instructions of it, more than ${mostInstructions}`;
    }
    return { find: (text) => compiled.test(text) };
  } catch (cause) {
    return faultOf(pattern, (cause as Error).message);
  }
}

function faultOf(pattern: string, message: string): string {
  // An escaped backslash is no part of what follows it.
  if (/\\[1-9]|\\k<|\(\?<?[=!]/.test(pattern.replaceAll('\\\\', ''))) return 'it refers to a group or looks around';
  const [, reason = message] = /^error parsing regexp: (.*)$/s.exec(message) ?? [];
  return `it is no regular expression (${reason})`;
}
