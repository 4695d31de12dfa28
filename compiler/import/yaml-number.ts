import Fraction from 'fraction.js';
import type { YamlScalar } from './yaml-node.ts';

/** A number with how a reader of YAML 1.1, as PyYAML is one, takes it: as a number, or as a text that is none. */
export interface YamlNumber {
  readonly value: Fraction;
  /** Written in quotes, or in a form that is a number to people and to YAML 1.2 only (`2e-5`). */
  readonly isText: boolean;
}

/** Why a scalar is no number: none at all, one that YAML 1.1 counts in another base (`010` is 8), or one beyond all bounds. */
export type NumberFault = 'no number' | 'other base' | 'size';

/** What PyYAML's resolver takes for a decimal number; a fraction needs its point, an exponent its sign. */
const yamlNumber = /^([-+]?(0|[1-9][\d_]*)|[-+]?\d[\d_]*\.[\d_]*([eE][-+]\d+)?|\.\d[\d_]*([eE][-+]\d+)?)$/;
/** Binary, octal, hexadecimal and sexagesimal numbers of YAML 1.1. */
const otherBase = /^[-+]?(0b[01_]+|0[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?)$/;
const decimal = /^([-+]?)(\d[\d_]*|(?=\.\d))(?:\.([\d_]*))?(?:[eE]([-+]?\d+))?$/;
/** Within what the language takes (60 digits, an exponent of 100), and far beyond what any setting holds. */
const mostCharacters = 40;
const mostExponent = 60;

/** The exact value of a scalar that is, or means, a decimal number. */
export function readYamlNumber({ text, quoted }: YamlScalar): YamlNumber | NumberFault {
  const trimmed = text.trim();
  const isNumber = !quoted && yamlNumber.test(text);
  if (!isNumber && otherBase.test(trimmed)) return 'other base';
  const parts = decimal.exec(trimmed);
  if (parts === null) return 'no number';
  const [, sign, whole = '', part = '', exponent = '0'] = parts;
  if (trimmed.length > mostCharacters || Math.abs(Number(exponent)) > mostExponent) return 'size';
  const digits = part.replaceAll('_', '');
  const power = BigInt(exponent) - BigInt(digits.length);
  const all = BigInt(`${whole.replaceAll('_', '')}${digits}` || '0');
  const value = power >= 0n ? new Fraction(all * 10n ** power) : new Fraction(all, 10n ** -power);
  return { value: sign === '-' ? value.neg() : value, isText: !isNumber };
}
