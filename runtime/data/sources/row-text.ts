import { isUtf8 } from 'node:buffer';
import type { MalformedKind } from '../types.ts';
import { firstInvalidUtf8 } from './utf8.ts';

/** The text of a row, or why it cannot be used. */
export type RowText =
  | { readonly text: string }
  | { readonly text: null; readonly kind: MalformedKind; readonly reason: string };

/** A row's columns, as JSON has them. */
export type RowValues = Readonly<Record<string, unknown>>;

/** Why a row, or a column of it, cannot be used. */
export interface Unusable {
  readonly kind: MalformedKind;
  readonly reason: string;
}

/** One line of a `.jsonl` as an object. */
export function rowObject(
  bytes: Buffer,
  offset: number,
): { readonly object: Readonly<Record<string, unknown>> } | ({ readonly object: null } & Unusable) {
  const decoded = decode(bytes, offset);
  if (decoded.text === null) return { object: null, kind: decoded.kind, reason: decoded.reason };
  let row: unknown;
  try {
    row = JSON.parse(decoded.text);
  } catch {
    return { object: null, kind: 'invalid_json', reason: 'is not valid JSON' };
  }
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
    return { object: row as Readonly<Record<string, unknown>> };
  }
  return { object: null, kind: 'not_an_object', reason: `is ${jsonType(row)}, not an object` };
}

/** The value of a column, which is there and not null. */
export function columnValue(
  row: Readonly<Record<string, unknown>>,
  column: string,
): { readonly value: unknown } | Unusable {
  if (!Object.hasOwn(row, column)) {
    return { kind: 'column_missing', reason: `has no column \`${column}\`${columnsOf(row)}` };
  }
  const value = row[column];
  return value === null ? { kind: 'column_null', reason: `column \`${column}\` is null` } : { value };
}

/** Text of a whole `.txt`; `offset` is where the bytes stand in the file. */
export function plainText(bytes: Buffer, offset: number): RowText {
  const decoded = decode(bytes, offset);
  if (decoded.text === null) return decoded;
  return checkedText(decoded.text, 'the file');
}

/** Text in a column of one line of a `.jsonl`, and all columns; the others are not looked at, nor their order. */
export function columnText(bytes: Buffer, offset: number, column: string): RowText & { readonly values: RowValues } {
  const row = rowObject(bytes, offset);
  if (row.object === null) return { ...malformed(row.kind, row.reason), values: {} };
  return { ...columnValueText(row.object, column), values: row.object };
}

/** Text in a column of a row. */
export function columnValueText(row: Readonly<Record<string, unknown>>, column: string): RowText {
  const found = columnValue(row, column);
  if ('kind' in found) return malformed(found.kind, found.reason);
  const { value } = found;
  if (typeof value !== 'string') {
    return malformed('column_not_text', `column \`${column}\` is ${jsonType(value)}, not a string`);
  }
  return checkedText(value, `column \`${column}\``);
}

/** A row above the limit, which was never read as a whole. */
export function tooLong(length: number, limit: number): RowText {
  const bytes = (count: number) => count.toLocaleString('en-US');
  return malformed(
    'too_long',
    `is ${bytes(length)} bytes long, above the limit of ${bytes(limit)}: split it into several rows`,
  );
}

function decode(bytes: Buffer, offset: number): RowText {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  const index = firstInvalidUtf8(bytes);
  const value = bytes[index]!.toString(16).padStart(2, '0');
  return malformed('invalid_utf8', `is not UTF-8: byte 0x${value} at byte offset ${offset + index} of the file`);
}

export function checkedText(text: string, what: string): RowText {
  if (text === '') return malformed('empty_text', `${what} is empty`);
  if (text.trim() === '') return malformed('empty_text', `${what} holds only white space`);
  // An escape such as \ud800 alone: no UTF-8 text has it, and an encoder would put U+FFFD in its place.
  const surrogate = /\p{Surrogate}/u.exec(text);
  if (surrogate !== null) {
    const code = surrogate[0].charCodeAt(0).toString(16);
    return malformed('lone_surrogate', `${what} holds half a character (\`\\u${code}\`)`);
  }
  return { text };
}

function malformed(kind: MalformedKind, reason: string): RowText {
  return { text: null, kind, reason };
}

/** "an array", "a number": for messages. */
export function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function columnsOf(row: object): string {
  const names = Object.keys(row);
  if (names.length === 0) return '';
  const shown = names.slice(0, 5).map((name) => `\`${name.slice(0, 40)}\``);
  return `, only ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}
