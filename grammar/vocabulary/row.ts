import type { BlockKind } from '../ast.ts';
import type { Dimension } from './dimensions.ts';

/** The whole file counts as a block: what stands at top level belongs to the `recipe`. */
export type BlockName = BlockKind | 'recipe';

/** A limit of a number in its own unit, as exact decimal text; `exclusive` limits are not reached. */
export interface Bound {
  readonly value: string;
  readonly exclusive: boolean;
}

/** A number with one of some units. Every number is positive unless `least` says otherwise. */
export interface QuantityType {
  readonly is: 'quantity';
  readonly dimensions: readonly Dimension[];
  /** What a number without a unit counts; null where the unit must be written. */
  readonly bare: Dimension | null;
  readonly whole: boolean;
  readonly least: Bound;
  readonly most: Bound;
}

/** One of a fixed set of words. */
export interface WordType<W extends string = string> {
  readonly is: 'word';
  readonly words: readonly W[];
}

/** A word of the person's own, such as a domain. */
export interface NameType {
  readonly is: 'name';
}

export interface TextType {
  readonly is: 'text';
}

export interface BooleanType {
  readonly is: 'boolean';
}

/** A call of one of the functions of these names. */
export interface CallType {
  readonly is: 'call';
  readonly functions: readonly string[];
}

export interface ListType<T extends object = object> {
  readonly is: 'list';
  readonly of: T;
}

/** `decay.start`, `pretrain.end`: where a stage or a phase starts or ends. */
export interface EdgeType {
  readonly is: 'edge';
}

/** The name of something declared in the file. */
export interface ReferenceType {
  readonly is: 'reference';
}

/** Any of several types; the first that takes the expression's form judges it. */
export interface ChoiceType<T extends readonly object[] = readonly object[]> {
  readonly is: 'choice';
  readonly of: T;
}

export type PlainType =
  | QuantityType
  | WordType
  | NameType
  | TextType
  | BooleanType
  | CallType
  | EdgeType
  | ReferenceType
  | ListType;
export type ValueType = PlainType | ChoiceType;

/**
 * What holds when nothing is written: nothing may be missing (`required`), nothing holds (`none`), a value in smol's own
 * text, or the value of another place (`like`, as `model.heads`). `source` says where the default comes from.
 */
export type Default =
  | 'required'
  | 'none'
  | { readonly value: string; readonly source: string }
  | { readonly like: string; readonly source: string };

/** One attribute of one or more blocks, or one parameter of a function. */
export interface ValueRow<T extends ValueType = ValueType> {
  readonly name: string;
  readonly type: T;
  readonly default: Default;
  readonly documentation: string;
  /** Values are usually powers of two, so that `8k` is most often meant as `8Ki`. */
  readonly powerOfTwo?: true;
}

export interface AttributeRow<T extends ValueType = ValueType> extends ValueRow<T> {
  readonly blocks: readonly BlockName[];
}

/** Parameters stand by place in their order as far as `byPlace` reaches, the others by name; `repeated`: the first any number of times. */
export interface FunctionRow<P extends Readonly<Record<string, ValueRow>> = Readonly<Record<string, ValueRow>>> {
  readonly name: string;
  /** The attribute whose function it is, where another has a function of the same name. */
  readonly of?: string;
  readonly parameters: P;
  readonly byPlace: number;
  readonly repeated: boolean;
  readonly documentation: string;
}

/** What may stand between the braces of a block beside attributes. */
export type EntryKind = 'share' | 'take' | 'verb' | 'expect' | 'allow';

export interface BlockRow {
  readonly name: BlockName;
  readonly within: readonly BlockName[];
  readonly naming: 'required' | 'optional' | 'none';
  readonly entries: readonly EntryKind[];
  readonly documentation: string;
}

export interface VerbRow {
  readonly name: 'keep' | 'drop' | 'dedup' | 'decontaminate' | 'score' | 'sample' | 'take' | 'expect' | 'allow';
  /** Functions that may follow, for the verbs that take a call. */
  readonly functions: readonly string[];
  readonly documentation: string;
}

/** Keeps a row's exact types. */
export function attribute<const T extends ValueType>(row: AttributeRow<T>): AttributeRow<T> {
  return row;
}

/** Keeps a parameter's exact types. */
export function parameter<const T extends ValueType>(row: ValueRow<T>): ValueRow<T> {
  return row;
}

/** Keeps a function's exact types. */
export function functionRow<const P extends Readonly<Record<string, ValueRow>>>(row: FunctionRow<P>): FunctionRow<P> {
  return row;
}
