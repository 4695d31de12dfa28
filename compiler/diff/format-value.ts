import Fraction from 'fraction.js';
import type { Json } from '../plan/canonical-json.ts';
import {
  formatBytes,
  formatCount,
  formatEpochs,
  formatLearningRate,
  formatScientific,
  formatShare,
  formatTokens,
} from '../report/format-number.ts';
import type { Consequence, Quantity, ValueUnit } from './types.ts';

const formats: Readonly<Record<ValueUnit, (value: Json) => string>> = {
  text: String,
  count: (value) => formatCount(Number(value)),
  tokens: (value) => formatTokens(Number(value)),
  steps: (value) => formatCount(Number(value)),
  rows: (value) => formatCount(Number(value)),
  epochs: String,
  share: (value) => formatShare(new Fraction(String(value)).valueOf()),
  learning_rate: (value) => formatLearningRate(Number(value)),
  number: String,
  source: (value) => sourceText(value as SourceRecord),
  start: startText,
  range: (value) => {
    const { from_tokens, to_tokens } = value as { readonly from_tokens: number; readonly to_tokens: number };
    return `${formatTokens(from_tokens)}..${formatTokens(to_tokens)}`;
  },
  names: (value) => (value as readonly string[]).join(', ') || 'none',
  json: jsonText,
};

/** A value of a change for people; nothing is `none`. */
export function formatValue(value: Json, unit: ValueUnit): string {
  return value === null ? 'none' : formats[unit](value);
}

/** What stands after both values of a unit; '' where the value says it. */
export function unitWord(unit: ValueUnit): string {
  return ['tokens', 'steps', 'rows', 'epochs'].includes(unit) ? ` ${unit}` : '';
}

/** Where weights come from. */
function startText(value: Json): string {
  const start = value as Readonly<Record<string, Json>>;
  if (start.kind === 'fresh') return 'fresh weights';
  if (start.kind === 'weights') return sourceText(start.source as SourceRecord);
  if (start.kind !== 'phase') return `${start.kind}("${start.path}")`;
  return start.step === null ? String(start.phase) : `${start.phase} at step ${formatCount(Number(start.step))}`;
}

/** A record as the language writes calls: `rewind(skip_steps = 500, over = 6)`. */
function jsonText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : JSON.stringify(value);
  const { kind, ...members } = value as { readonly [key: string]: Json };
  const parts = Object.entries(members).map(([name, member]) => `${name} = ${jsonText(member)}`);
  const name = typeof kind === 'string' ? kind : '';
  return parts.length === 0 && name !== '' ? name : `${name}(${parts.join(', ')})`;
}

type SourceRecord = Readonly<Record<string, Json>>;

function sourceText(source: SourceRecord): string {
  if (source.kind === 'local') return (source.paths as readonly string[]).join(', ');
  if (source.kind === 'dataset') return String(source.dataset);
  if (source.kind === 'takes') {
    const takes = source.takes as readonly { readonly asked: string | number; readonly dataset: string }[];
    return takes
      .map(({ asked, dataset }) => `${typeof asked === 'number' ? formatTokens(asked) : asked} ${dataset}`)
      .join(', ');
  }
  if (source.kind === 'generate') return jsonText(source);
  if (source.kind !== 'hf') return JSON.stringify(source);
  const details = [source.config, source.split, source.revision].filter((each) => typeof each === 'string');
  return [String(source.repository), ...details].join(' ');
}

const quantities: Readonly<Record<Quantity, { readonly word: string; readonly format: (value: number) => string }>> = {
  tokens: { word: 'tokens', format: formatTokens },
  steps: { word: 'steps', format: formatCount },
  epochs: { word: 'epochs', format: (value) => (value === 0 ? '0' : formatEpochs(value)) },
  parameters: { word: 'parameters', format: formatTokens },
  flops: { word: 'FLOPs', format: formatScientific },
  gpu_hours: { word: 'GPU hours', format: (value) => formatTokens(Math.round(value)) },
  cost_usd: { word: '', format: (value) => `$${formatTokens(Math.round(value))}` },
  checkpoint_bytes: { word: 'a checkpoint', format: formatBytes },
  starts_at_tokens: { word: '', format: formatTokens },
};

/** Quantities of which the difference says more than both sides. */
const shownAsDifference: readonly Quantity[] = ['tokens', 'steps', 'cost_usd', 'gpu_hours'];

/** `+100B tokens`, `15.1 → 23.4 epochs, limit 5 !`, `starts at 10T instead of 9.9T`. */
export function formatConsequence({ quantity, old, new: next, limit, aligned_with }: Consequence): string {
  const { word, format } = quantities[quantity];
  const text = (value: number | null) => (value === null ? 'unknown' : format(value));
  if (quantity === 'starts_at_tokens') {
    const aligned = aligned_with === null ? '' : `, with stage \`${aligned_with}\``;
    if (old === null) return `starts at ${text(next)}${aligned}`;
    return next === null ? 'no decay any more' : `starts at ${text(next)} instead of ${text(old)}${aligned}`;
  }
  const suffix = word === '' ? '' : ` ${word}`;
  if (old !== null && next !== null && shownAsDifference.includes(quantity)) {
    return `${next < old ? '−' : '+'}${format(Math.abs(next - old))}${suffix}`;
  }
  const over = limit === null ? '' : `, limit ${limit} !`;
  return `${text(old)} → ${text(next)}${suffix}${over}`;
}

/** A total with what it was: `tokens 11T (=)`, `tokens 11T → 12T`; `(≈)` where rounding to whole steps moved it a little. */
export function formatTotal({ quantity, old, new: next }: Consequence): string {
  const { word, format } = quantities[quantity];
  const name = word === '' ? 'cost' : word;
  const text = (value: number | null) => (value === null ? 'unknown' : format(value));
  if (old === next) return `${name} ${text(next)} (=)`;
  return text(old) === text(next) ? `${name} ${text(next)} (≈)` : `${name} ${text(old)} → ${text(next)}`;
}
