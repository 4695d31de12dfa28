/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with keys sorted by UTF-16 code units. Throws RangeError for a number that JSON cannot hold. */
export function canonicalJson(value: Json, indent = 0): string {
  return JSON.stringify(value, sortedKeys, indent);
}

function sortedKeys(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`\`${key}\` is ${value}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
