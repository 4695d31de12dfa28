/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON: keys sorted by UTF-16 code units, `undefined` members left out. Without an indent there is no white space;
 * this is the form that is hashed. Throws RangeError for a number that JSON cannot hold.
 */
export function canonicalJson(value: Json, indent = 0): string {
  return JSON.stringify(sortedKeys(value), null, indent);
}

function sortedKeys(value: Json): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} cannot stand in a plan`);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(sortedKeys);
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortedKeys(member)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
