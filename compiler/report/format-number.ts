/** The one formatter of numbers for people. Everything is deterministic and free of locales. */

/** An exact integer with thousands separators: 2,097,152. */
export function formatCount(value: number | bigint): string {
  const digits = (value < 0 ? -value : value).toString();
  return (value < 0 ? '-' : '') + digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 step`, `5,245,209 steps`. */
export function formatSteps(steps: number): string {
  return `${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'}`;
}

const SUFFIXES = ['', 'k', 'M', 'B', 'T'] as const;

/**
 * A count in short: 11T, 2.4M, 10.925T, 65.5k, 2,048. A value that has at most 3 decimals in its unit (1 for thousands) is
 * shown exactly, any other rounded to 3 significant digits; below 10,000 all digits are shown. Whole numbers only.
 */
export function formatTokens(value: number): string {
  if (Math.abs(value) < 10_000) return formatCount(Math.round(value));
  if (value < 0) return `-${formatTokens(-value)}`;
  for (let power = Math.min(4, Math.floor(Math.log10(value) / 3)); ; power++) {
    const text = inUnit(value, 1000 ** power, power === 1 ? 1 : 3);
    if (Number(text) < 1000 || power === 4)
      return text.length > 4 && power === 4 ? large(text) : text + SUFFIXES[power];
  }
}

/** The value over the unit: exact with at most `decimals`, or to 3 significant digits; no trailing zeros. */
function inUnit(value: number, unit: number, decimals: number): string {
  const exact = value % (unit / 10 ** decimals) === 0;
  const scaled = value / unit;
  const places = exact ? decimals : Math.max(0, 2 - Math.floor(Math.log10(scaled)));
  return withoutTrailingZeros(scaled.toFixed(places));
}

/** Thousands of T: 12,345T. */
function large(text: string): string {
  const [whole, part] = text.split('.') as [string, string | undefined];
  return `${formatCount(BigInt(whole))}${part === undefined ? '' : `.${part}`}T`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Seconds as the two largest units that matter: `4 d 3 h`, `3 h 12 min`, `1 min 50 s`, `3.1 s`, `12 ms`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'unknown';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${withoutTrailingZeros(seconds.toFixed(1))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 3599.5) return twoUnits(Math.round(seconds), 60, 'min', 's');
  if (seconds < 86_370) return twoUnits(Math.round(seconds / 60), 60, 'h', 'min');
  return twoUnits(Math.round(seconds / 3600), 24, 'd', 'h');
}

function twoUnits(total: number, size: number, large: string, small: string): string {
  const rest = total % size;
  const whole = `${formatCount(Math.floor(total / size))} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** Days to 3 significant digits, `12.9 d`; below one day as a duration. */
export function formatDays(days: number): string {
  if (days < 1) return formatDuration(days * 86_400);
  return days < 99.95 ? `${withoutTrailingZeros(days.toPrecision(3))} d` : `${formatCount(Math.round(days))} d`;
}

/** A sum of money: $198k, $1,234, $12, $0.35. */
export function formatMoney(usd: number): string {
  return usd < 9.995 ? `$${usd.toFixed(2)}` : `$${formatTokens(Math.round(usd))}`;
}

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in powers of 1000, 3 significant digits: 20.5 GB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatCount(bytes)} bytes`;
  let power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  if (Number((bytes / 1000 ** power).toPrecision(3)) >= 1000 && power < BYTE_UNITS.length - 1) power++;
  const scaled = bytes / 1000 ** power;
  return `${scaled >= 100 ? formatCount(Math.round(scaled)) : withoutTrailingZeros(scaled.toPrecision(3))} ${BYTE_UNITS[power]}`;
}

/** A learning rate with one to three decimals: 5.0e-4, 3.25e-4; 0 as `0`. */
export function formatLearningRate(rate: number): string {
  if (rate === 0) return '0';
  return rate.toExponential(3).replace(/0{1,2}e/, 'e');
}

/** A very large number in scientific form with 3 significant digits: 1.13e23. The text form takes any size. */
export function formatScientific(value: number | string): string {
  const number = Number(value);
  return number === 0 ? '0' : number.toExponential(2).replace('e+', 'e');
}

/** A part of one as a percentage, exact up to 2 decimals, then rounded to 2 (or 1 significant digit): 90%, 0.08%, 33.33%. */
export function formatShare(part: number): string {
  const percent = part * 100;
  if (percent !== 0 && Math.abs(percent) < 0.01) return `${Number(percent.toPrecision(1))}%`;
  return `${withoutTrailingZeros(percent.toFixed(2))}%`;
}

/** Epochs with 3 significant digits, at least one decimal below 100 and two at most: 3.82, 15.1, 0.02. */
export function formatEpochs(epochs: number): string {
  if (epochs > 0 && epochs < 0.005) return '<0.01';
  if (epochs < 9.995) return epochs.toFixed(2);
  return epochs < 99.95 ? epochs.toFixed(1) : formatCount(Math.round(epochs));
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`. */
export function formatOrdinal(value: number): string {
  const lastTwo = value % 100;
  const ending = lastTwo > 10 && lastTwo < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${formatCount(value)}${ending}`;
}
