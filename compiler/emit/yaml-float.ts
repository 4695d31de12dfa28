/**
 * A number that YAML 1.1 and 1.2 both read as a float (`1.0e-08`; `1e-8` is a text to YAML 1.1), as Python writes it: an
 * exponent below 0.0001 and from 1e16 on.
 */
export function yamlFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
    const digits = exponent.slice(1).padStart(2, '0');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent[0]}${digits}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
