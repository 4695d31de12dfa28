import type Fraction from 'fraction.js';

/** The exact text of a non-negative fraction: a decimal where one ends (`0.54`), else a ratio (`1/3`). */
export function exactText(value: Fraction): string {
  let rest = value.d;
  let places = 0;
  for (const prime of [2n, 5n]) {
    let power = 0;
    for (; rest % prime === 0n; rest /= prime) power++;
    places = Math.max(places, power);
  }
  if (rest !== 1n) return `${value.n}/${value.d}`;
  const digits = ((value.n * 10n ** BigInt(places)) / value.d).toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The number nearest to an exact text as `exactText` writes it: `0.54`, or `1/3`. */
export function numberOfExact(text: string): number {
  const [above, below = '1'] = text.split('/');
  return Number(above) / Number(below);
}

/** The nearest integer, ties up (toward positive infinity). */
export function roundHalfUp(value: Fraction): number {
  return Number(value.add(1, 2).floor().valueOf());
}
