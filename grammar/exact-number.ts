import type { SyntaxFault } from './ast.ts';
import { NUMBER_PATTERN } from './tokens.ts';

/** An exact rational in lowest terms, `denominator > 0`, suffix applied. */
export interface ExactNumber {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly suffix: string | null;
}

/** The most digits a number may be written with, and the largest exponent: both far beyond any recipe, both cheap to compute. */
export const MAXIMUM_DIGITS = 60;
export const MAXIMUM_EXPONENT = 100;

const SUFFIX_VALUES: Readonly<Record<string, bigint>> = {
  k: 10n ** 3n,
  M: 10n ** 6n,
  B: 10n ** 9n,
  T: 10n ** 12n,
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
};

/** What people write for a suffix of the language. */
const SUFFIX_MEANT: Readonly<Record<string, string>> = {
  K: 'k',
  kk: 'M',
  KK: 'M',
  m: 'M',
  mn: 'M',
  b: 'B',
  bn: 'B',
  bi: 'B',
  G: 'B',
  t: 'T',
  tn: 'T',
  ki: 'Ki',
  mi: 'Mi',
  gi: 'Gi',
  ti: 'Ti',
  Bi: 'Gi',
  KiB: 'Ki',
  MiB: 'Mi',
  GiB: 'Gi',
  TiB: 'Ti',
};

const PARTS = /^([\d_]+)(?:\.([\d_]+))?(?:[eE]([+-]?\d+))?([A-Za-z]*)$/;

/** Reads a number that `numberFault` has nothing against: `5e-4` is 1/2000, `11T` is 11 * 10^12. */
export function exactNumber(text: string): ExactNumber {
  const [, whole = '0', fraction = '', exponent = '0', suffix = ''] = PARTS.exec(text) ?? [];
  const digits = BigInt((whole + fraction).replaceAll('_', ''));
  const power = Number(exponent) - fraction.replaceAll('_', '').length;
  const scaled = digits * (SUFFIX_VALUES[suffix] ?? 1n) * 10n ** BigInt(Math.max(power, 0));
  const divisor = 10n ** BigInt(Math.max(-power, 0));
  const common = greatestCommonDivisor(scaled, divisor);
  return { numerator: scaled / common, denominator: divisor / common, suffix: suffix === '' ? null : suffix };
}

/** What is wrong with a number as written, or null. `text` is without its `%`. */
export function numberFault(text: string): SyntaxFault | null {
  const parts = PARTS.exec(text);
  if (NUMBER_PATTERN.test(text) && parts) return rangeFault(text, parts) ?? exponentFault(text, parts);
  const tail = /^(\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?)([A-Za-z][A-Za-z_]*)$/.exec(text);
  if (tail && !/^0[xXbo]$/.test(text.slice(0, 2)) && !/^[eE]$/.test(tail[2]!)) {
    return { problem: 'unknown-number-suffix', text, suffix: tail[2]!, suggestion: suffixMeant(tail[1]!, tail[2]!) };
  }
  return { problem: 'malformed-number', text: abbreviate(text), suggestion: repaired(text) };
}

function rangeFault(text: string, parts: RegExpExecArray): SyntaxFault | null {
  const digits = `${parts[1]}${parts[2] ?? ''}`.replaceAll('_', '').length;
  const exponent = Math.abs(Number(parts[3] ?? 0));
  if (digits <= MAXIMUM_DIGITS && exponent <= MAXIMUM_EXPONENT) return null;
  const limits = { maximumDigits: MAXIMUM_DIGITS, maximumExponent: MAXIMUM_EXPONENT };
  return { problem: 'number-out-of-range', text: abbreviate(text), ...limits };
}

function exponentFault(text: string, parts: RegExpExecArray): SyntaxFault | null {
  if (parts[3] === undefined || parts[4] === '') return null;
  const mantissa = text.slice(0, text.search(/[eE]/));
  const suffix = parts[4]!;
  return {
    problem: 'suffix-with-exponent',
    text,
    without: [text.slice(0, -suffix.length), `${mantissa}${suffix}`],
  };
}

function suffixMeant(number: string, suffix: string): string | null {
  const meant = SUFFIX_MEANT[suffix];
  if (meant !== undefined) return `${number}${meant}`;
  return /^[a-z_]{3,}$/.test(suffix) ? `${number} ${suffix}` : null;
}

/** The number with stray underscores and points set right, if that makes it one. */
function repaired(text: string): string | null {
  const candidate = text
    .replace(/_+/g, '_')
    .replace(/_(?!\d)/g, '')
    .replace(/^\./, '0.')
    .replace(/\.(?!\d)/g, '');
  return candidate.length <= MAXIMUM_DIGITS && NUMBER_PATTERN.test(candidate) ? candidate : null;
}

function abbreviate(text: string): string {
  return text.length <= MAXIMUM_DIGITS ? text : `${text.slice(0, MAXIMUM_DIGITS - 1)}…`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
