import type { Span } from './span.ts';

/** What the grammar can complain about; the compiler's catalogue gives each its code, text and help. */
export type SyntaxProblem = {
  readonly span: Span;
  readonly related?: readonly { readonly span: Span; readonly label: string }[];
} & SyntaxFault;

/** The closed list of faults. `suggestion` replaces exactly the problem's span; null where the meaning cannot be guessed. */
export type SyntaxFault =
  /** A run of characters that start nothing in the language. */
  | { readonly problem: 'unexpected-character'; readonly character: string }
  /** `"text` up to the end of its line, or `"""` up to the end of the file. */
  | { readonly problem: 'unterminated-string' }
  /** `"\q"`; the span covers the escape. */
  | { readonly problem: 'invalid-escape'; readonly escape: string }
  /** `'text'` or typographic quotes. */
  | { readonly problem: 'wrong-quotes'; readonly suggestion: string }
  /** `// text`: a comment starts with `#`. */
  | { readonly problem: 'slash-comment'; readonly suggestion: string }
  /** `a = 1; b = 2` or a trailing `;`. */
  | { readonly problem: 'semicolon' }
  /** `.5`, `5.`, `1_`, `1,000`, `0x10`. */
  | { readonly problem: 'malformed-number'; readonly text: string; readonly suggestion: string | null }
  /** `8kk`, `11t`, `5240000steps`. */
  | {
      readonly problem: 'unknown-number-suffix';
      readonly text: string;
      readonly suffix: string;
      readonly suggestion: string | null;
    }
  /** `2e12T`: both `2T` and `2e12` can be meant. `without` is each reading, suffix dropped, then exponent dropped. */
  | { readonly problem: 'suffix-with-exponent'; readonly text: string; readonly without: readonly [string, string] }
  /** More digits or a larger exponent than any recipe needs; the limits are in the fault. */
  | {
      readonly problem: 'number-out-of-range';
      readonly text: string;
      readonly maximumDigits: number;
      readonly maximumExponent: number;
    }
  /** `5 % x` */
  | { readonly problem: 'space-before-percent'; readonly suggestion: string }
  /** `11 T` */
  | { readonly problem: 'space-before-suffix'; readonly suffix: string; readonly suggestion: string }
  /** `isEmpty`: there is nothing else in the file either. */
  | { readonly problem: 'missing-header'; readonly isEmpty: boolean }
  /** A whole file of another language. */
  | { readonly problem: 'other-format'; readonly format: 'JSON' | 'YAML' | 'TOML' }
  /** `-1% code` */
  | { readonly problem: 'negative-amount'; readonly text: string }
  | { readonly problem: 'brace-on-next-line' }
  | { readonly problem: 'empty-comma' }
  /** A reserved word where a name must stand. */
  | { readonly problem: 'reserved-name'; readonly text: string }
  /** `fineweb-edu` */
  | { readonly problem: 'hyphen-in-name'; readonly text: string; readonly suggestion: string }
  /** The span covers the second entry's first word. */
  | { readonly problem: 'two-entries-on-a-line'; readonly text: string }
  /** `layers 24`, `layers: 24`, `layers == 24`; `written` is what stands there instead of `=`. */
  | { readonly problem: 'missing-equals'; readonly name: string; readonly written: ':' | ':=' | '==' | null }
  /** `layers =` and nothing after it. */
  | { readonly problem: 'missing-value'; readonly name: string }
  /** `[1 2]` or two arguments without a comma; the span covers the first word after the missing comma. */
  | { readonly problem: 'missing-comma'; readonly within: string }
  /** `model = { … }` */
  | { readonly problem: 'block-with-equals'; readonly keyword: string }
  /** `datset web { … }` */
  | { readonly problem: 'unknown-block'; readonly text: string }
  /** `fineweb_edu 60%`, `fineweb_edu = 60%` between shares is not one: it reads as an attribute. */
  | { readonly problem: 'share-order'; readonly suggestion: string }
  /** `stage s 0-6T`, `0 to 6T`, `0...6T`. */
  | { readonly problem: 'range-without-dots'; readonly suggestion: string | null }
  | { readonly problem: 'unclosed'; readonly opener: '{' | '(' | '[' }
  | { readonly problem: 'unmatched-close'; readonly closer: '}' | ')' | ']' }
  | { readonly problem: 'nesting-too-deep'; readonly limit: number }
  /** `tokens` is there where not the bytes but the words and signs are too many: it is their limit. */
  | { readonly problem: 'file-too-large'; readonly bytes: number; readonly limit: number; readonly tokens?: number }
  /** Anything else: what was found, what could stand there (in words a person knows), and where in the language we are. */
  | {
      readonly problem: 'unexpected';
      readonly found: string;
      readonly expected: readonly string[];
      readonly within: string;
    };
