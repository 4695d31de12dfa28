import type { Dimension } from './dimensions.ts';
import type {
  BooleanType,
  Bound,
  CallType,
  ChoiceType,
  EdgeType,
  ListType,
  NameType,
  PlainType,
  QuantityType,
  ReferenceType,
  TextType,
  WordType,
} from './row.ts';

/** 2^53 - 1: the largest whole number that plans, JSON readers and the runtime all hold exactly. */
const largest = '9007199254740991';

/** At least this much. */
export function atLeast(value: string): Bound {
  return { value, exclusive: false };
}

/** More (or, as an upper limit, less) than this much. */
export function beyond(value: string): Bound {
  return { value, exclusive: true };
}

interface Limits {
  /** What a bare number counts, where several dimensions are taken and one is plainly meant. */
  readonly bare?: Dimension;
  readonly least?: Bound;
  readonly most?: Bound;
}

/** Where one dimension is taken, a bare number has it; not so parts and prices, whose size would be a guess. */
function onlyBare(dimensions: readonly Dimension[]): Dimension | null {
  const [only] = dimensions;
  return dimensions.length === 1 && only !== 'part' && only !== 'usd_per_gpu_hour' ? only! : null;
}

/** A whole number in one of the given units, from 1 to 2^53 - 1 unless limits say otherwise. */
export function whole(dimensions: readonly Dimension[], limits: Limits = {}): QuantityType {
  const { least = atLeast('1'), most = atLeast(largest) } = limits;
  return { is: 'quantity', dimensions, bare: limits.bare ?? onlyBare(dimensions), whole: true, least, most };
}

/** A number in one of the given units, positive and at most 2^53 - 1 unless limits say otherwise. */
export function real(dimensions: readonly Dimension[], limits: Limits = {}): QuantityType {
  const { least = beyond('0'), most = atLeast(largest) } = limits;
  return { is: 'quantity', dimensions, bare: limits.bare ?? onlyBare(dimensions), whole: false, least, most };
}

/** One of these words. */
export function words<const W extends string>(...known: readonly W[]): WordType<W> {
  return { is: 'word', words: known };
}

/** A call of one of these functions. */
export function callOf(...functions: readonly string[]): CallType {
  return { is: 'call', functions };
}

/** A list of such values, possibly empty. */
export function listOf<const T extends PlainType | ChoiceType>(of: T): ListType<T> {
  return { is: 'list', of };
}

/** One of these types. */
export function anyOf<const T extends readonly PlainType[]>(...of: T): ChoiceType<T> {
  return { is: 'choice', of };
}

export const boolean: BooleanType = { is: 'boolean' };
export const text: TextType = { is: 'text' };
export const name: NameType = { is: 'name' };
export const edge: EdgeType = { is: 'edge' };
export const reference: ReferenceType = { is: 'reference' };
