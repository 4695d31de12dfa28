/**
 * The syntax tree of a `.smol` file: readonly nodes, a union on `kind`, a span on every node.
 *
 * It keeps what was written and decides nothing: `11T`, `90%` and `rest` stand here as text with exact values, names are
 * unresolved. Passes never write into it; what they learn goes into maps keyed by node.
 */
import type { Span } from './span.ts';
import type { SyntaxProblem } from './syntax-problem.ts';

export type { SyntaxFault, SyntaxProblem } from './syntax-problem.ts';

interface Node {
  readonly span: Span;
}

/** A written word with its place: a name, a keyword used as a name, or a unit. */
export interface Name extends Node {
  readonly kind: 'name';
  readonly text: string;
}

/** `recipe smollm2 extends "base.smol"` and all that follows. `header` is null when it is missing or broken. */
export interface RecipeFile extends Node {
  readonly kind: 'file';
  readonly header: Header | null;
  readonly items: readonly Item[];
  /** An item was left out because it could not be read: that something is absent proves nothing then. */
  readonly incomplete: boolean;
}

/** `recipe NAME [extends "FILE"]`, with the `##` lines above it. */
export interface Header extends Node {
  readonly kind: 'header';
  readonly name: Name;
  readonly extends: StringLiteral | null;
  readonly documentation: string | null;
}

export type Item = Use | Let | Attribute | Block | Allow;

/** `use { a, b } from "file.smol"` */
export interface Use extends Node {
  readonly kind: 'use';
  readonly names: readonly Name[];
  readonly from: StringLiteral;
}

/** `let warm = 2000 steps` */
export interface Let extends Node {
  readonly kind: 'let';
  readonly name: Name;
  readonly value: Expression;
}

/** `tokens = 11T`, or `from = pretrain at 3T` */
export interface Attribute extends Node {
  readonly kind: 'attribute';
  readonly name: Name;
  readonly value: Expression;
  readonly at: Quantity | null;
}

/** The words that open a block. Every other keyword of the language is contextual. */
export type BlockKind =
  | 'dataset'
  | 'mixture'
  | 'classifier'
  | 'model'
  | 'pretrain'
  | 'stage'
  | 'sft'
  | 'dpo'
  | 'evaluate'
  | 'ablation'
  | 'arm'
  | 'cluster'
  | 'profile';

/** The word before `{` by which a group of shares is scaled to a whole: `normalized` or `rounded`. */
export interface Scaling extends Node {
  readonly kind: 'normalized' | 'rounded';
}

/** `stage decay 10T..11T normalized { … }` */
export interface Block extends Node {
  readonly kind: 'block';
  readonly keyword: Name & { readonly text: BlockKind };
  readonly name: Name | null;
  readonly range: Range | null;
  readonly scaling: Scaling | null;
  readonly entries: readonly Entry[];
  /** The `##` lines directly above, joined by newlines, without the marks. */
  readonly documentation: string | null;
  /** From the keyword to the end of what precedes `{`: what a message about the whole block points at. */
  readonly headSpan: Span;
  /**
   * A part of the head or a direct entry was left out because it could not be read (a problem says so). Checks that need all
   * of the block (missing attributes, share sums, ranges) stay quiet then.
   */
  readonly incomplete: boolean;
}

export type Entry = Attribute | Block | Share | Take | Verb | Expect | Allow;

/**
 * `60% fineweb_edu`, `rest dclm`, or a group `90% web { 60% a, 40% b }`.
 * `group` is null for a leaf; with a group, `target` is the group's local name.
 */
export interface Share extends Node {
  readonly kind: 'share';
  readonly amount: Percent | NumberLiteral | Rest | Sized;
  readonly target: Reference;
  readonly group: readonly Share[] | null;
  readonly scaling: Scaling | null;
  /** As in `Block`: a share of the group was left out. */
  readonly incomplete: boolean;
}

/** The word `rest` in place of a percentage. */
export interface Rest extends Node {
  readonly kind: 'rest';
}

/** `once web`: its size, one time; `by_size web`: of what the others leave, a part in proportion to its size. */
export interface Sized extends Node {
  readonly kind: 'once' | 'by_size';
}

/** `take 431k magpie_ultra`, `take all x`, `take 50% x` */
export interface Take extends Node {
  readonly kind: 'take';
  readonly amount: NumberLiteral | Percent | All;
  readonly target: Reference;
}

export interface All extends Node {
  readonly kind: 'all';
}

export type Verb = Keep | Drop | Dedup | Decontaminate | Score | Sample;

/** `keep where tokens >= 8192` */
export interface Keep extends Node {
  readonly kind: 'keep';
  readonly where: Predicate;
}

/** `drop 90% where quality < 3` */
export interface Drop extends Node {
  readonly kind: 'drop';
  readonly percent: Percent | null;
  readonly where: Predicate;
}

/** `dedup minhash(bands = 1)` */
export interface Dedup extends Node {
  readonly kind: 'dedup';
  readonly call: Call;
}

/** `decontaminate ngram(n = 13, against = ["gsm8k"])` */
export interface Decontaminate extends Node {
  readonly kind: 'decontaminate';
  readonly call: Call;
}

/** `score math = classify("…")` */
export interface Score extends Node {
  readonly kind: 'score';
  readonly column: Name;
  readonly call: Call;
}

/** `sample 10%`, `sample 30k rows` */
export interface Sample extends Node {
  readonly kind: 'sample';
  readonly amount: Percent | Quantity;
}

/** `expect mmlu > 25% at stable_2.end else stop` */
export interface Expect extends Node {
  readonly kind: 'expect';
  readonly metric: Reference;
  readonly comparison: Comparison;
  readonly value: Expression;
  readonly at: Reference | Quantity | null;
  readonly otherwise: 'warn' | 'stop' | null;
}

/** `allow SM6004 "the paper repeats it"` */
export interface Allow extends Node {
  readonly kind: 'allow';
  readonly code: Name;
  readonly reason: StringLiteral;
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** `0..6T`, `..8T`, `10T..`, `(11T - 75B)..11T` */
export interface Range extends Node {
  readonly kind: 'range';
  readonly from: Expression | null;
  readonly to: Expression | null;
}

export type Expression =
  | Binary
  | Parenthesized
  | Quantity
  | Percent
  | StringLiteral
  | TextLiteral
  | BooleanLiteral
  | List
  | Reference
  | Call;

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: '+' | '-' | '*' | '/';
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Parenthesized extends Node {
  readonly kind: 'parenthesized';
  readonly inner: Expression;
}

/** A number with its unit if one is written: `11T`, `2000 steps`, `2.50 usd per gpu_hour`. */
export interface Quantity extends Node {
  readonly kind: 'quantity';
  readonly number: NumberLiteral;
  readonly unit: Name | null;
  readonly per: Name | null;
}

/**
 * A number as written. Its exact value is `numerator / denominator`, in lowest terms, suffix (k M B T Ki Mi Gi Ti) applied.
 * Negative numbers occur in predicates only: `-1` has the text `-1` and a negative numerator.
 */
export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly text: string;
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly suffix: string | null;
}

/** `90%`: the exact value is `number / 100`. */
export interface Percent extends Node {
  readonly kind: 'percent';
  readonly number: NumberLiteral;
}

/** `"text"` with JSON escapes; `value` is unescaped. */
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

/** `"""raw text"""`, first and last newline and the closing line's indent removed in `value`. */
export interface TextLiteral extends Node {
  readonly kind: 'text';
  readonly value: string;
}

export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface List extends Node {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

/** `stable_2.end`; `path` holds at least one name. */
export interface Reference extends Node {
  readonly kind: 'reference';
  readonly path: readonly Name[];
}

/** `adamw(beta1 = 0.9)`, `hf("name", config = "x")` */
export interface Call extends Node {
  readonly kind: 'call';
  readonly name: Name;
  readonly arguments: readonly Argument[];
}

export interface Argument extends Node {
  readonly kind: 'argument';
  readonly name: Name | null;
  readonly value: Expression;
}

export type Predicate = Or | And | Not | Compare | In | Matches;

export interface Or extends Node {
  readonly kind: 'or';
  readonly terms: readonly Predicate[];
}

export interface And extends Node {
  readonly kind: 'and';
  readonly terms: readonly Predicate[];
}

export interface Not extends Node {
  readonly kind: 'not';
  readonly inner: Predicate;
}

export interface Compare extends Node {
  readonly kind: 'compare';
  readonly left: Operand;
  readonly comparison: Comparison;
  readonly right: Operand;
}

export interface In extends Node {
  readonly kind: 'in';
  readonly left: Operand;
  readonly list: List;
}

export interface Matches extends Node {
  readonly kind: 'matches';
  readonly left: Operand;
  readonly pattern: StringLiteral;
}

export type Operand = Count | Reference | Quantity | Percent | StringLiteral | BooleanLiteral;

/** `count(role == "user") by conversation` */
export interface Count extends Node {
  readonly kind: 'count';
  readonly where: Predicate;
  readonly by: Reference;
}

/** Tree and problems together: valid parts after an error are still analysed. */
export interface ParseResult {
  readonly file: RecipeFile;
  readonly problems: readonly SyntaxProblem[];
}
