/** A JSON value as a TypeScript literal in the house's layout, `indent` spaces in; a short one stays on its line. */
export function literal(value: unknown, indent = 0): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value !== 'object') return String(value);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => literal(item, indent + 2))
    : Object.entries(value).map(([key, item]) => `${property(key)}: ${literal(item, indent + 2)}`);
  const [open, close] = isList ? ['[', ']'] : ['{ ', ' }'];
  if (parts.length === 0) return isList ? '[]' : '{}';
  const line = `${open}${parts.join(', ')}${close}`;
  if (!line.includes('\n') && indent + line.length <= 100) return line;
  const lines = parts.map((part) => `${' '.repeat(indent + 2)}${part},\n`).join('');
  return `${open.trim()}\n${lines}${' '.repeat(indent)}${close.trim()}`;
}

/** As a person writes it: large whole numbers with their digits in groups (2_097_152), small ones with an exponent (1e-5). */
function number(value: number): string {
  const digits = String(value);
  if (/^-?0\.000/.test(digits)) return value.toExponential();
  return /^\d{5,}$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, '_') : digits;
}

/** Single quotes; what JSON escapes stays escaped, and the two line ends that only JavaScript knows too. */
function text(value: string): string {
  const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

function property(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && key !== '__proto__' ? key : `[${text(key)}]`;
}
