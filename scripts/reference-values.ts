import { formatCount } from '../compiler/report/format-number.ts';
import type { vocabulary } from '../grammar/index.ts';

/** A default as the reference page shows it, with where it comes from. */
export function defaultText(given: vocabulary.Default): string {
  if (given === 'required') return '**required**';
  if (given === 'none') return 'none';
  return 'value' in given ? `\`${given.value}\` (${given.source})` : `that of \`${given.like}\` (${given.source})`;
}

/** A type as the reference page shows it: form, units and bounds. */
export function typeText(type: vocabulary.ValueType): string {
  switch (type.is) {
    case 'quantity':
      return quantityText(type);
    case 'word':
      return type.words.map((word) => `\`${word}\``).join(', ');
    case 'name':
      return 'a word of your own';
    case 'text':
      return 'a string';
    case 'boolean':
      return '`true`, `false`';
    case 'call':
      return callText(type);
    case 'list':
      return `a list of ${typeText(type.of as vocabulary.ValueType)}`;
    case 'edge':
      return "a stage's or the phase's edge, as `decay.start`";
    case 'reference':
      return 'the name of a declaration';
    case 'choice':
      return (type.of as readonly vocabulary.ValueType[]).map(typeText).join(', or ');
  }
}

function callText({ functions }: vocabulary.CallType): string {
  return functions.map((name) => `\`${name}(…)\``).join(', ');
}

function quantityText(type: vocabulary.QuantityType): string {
  const { dimensions, bare, whole } = type;
  const units = dimensions.filter((dimension) => dimension !== 'number').map(dimensionText);
  const kind = whole ? 'a whole number' : 'a number';
  const named = units.length === 0 ? kind : `${kind} in ${inWords(units)}`;
  const remarks = [bare === null || bare === 'number' ? '' : bareText(bare, dimensions), limitText(type)];
  const given = remarks.filter((remark) => remark !== '').join('; ');
  return given === '' ? named : `${named} (${given})`;
}

function inWords(units: readonly string[]): string {
  return [units.slice(0, -1).join(', '), units.at(-1)].filter((part) => part !== '').join(' or ');
}

/** A number without its unit is taken; with several units, which one it then has. */
function bareText(bare: vocabulary.Dimension, dimensions: readonly vocabulary.Dimension[]): string {
  return dimensions.length === 1 ? 'unit optional' : `\`${bare}\` without a unit`;
}

function dimensionText(dimension: vocabulary.Dimension): string {
  if (dimension === 'part') return '`%`';
  return dimension === 'usd_per_gpu_hour' ? '`usd per gpu_hour`' : `\`${dimension}\``;
}

/** The bounds of a number where its row gives none; the page states them once. */
const usualMost = '9007199254740991';
const usualLeast = (whole: boolean) => (whole ? { value: '1', exclusive: false } : { value: '0', exclusive: true });

/** The bounds that are not the usual ones. */
function limitText({ least, most, dimensions, whole }: vocabulary.QuantityType): string {
  const inPercent = dimensions.length === 1 && dimensions[0] === 'part';
  const shown = ({ value }: vocabulary.Bound) => (inPercent ? `${Number(value) * 100}%` : numberText(value));
  if (least.value === most.value) return `only ${shown(least)}`;
  const usual = usualLeast(whole);
  const isUsual = least.value === usual.value && least.exclusive === usual.exclusive;
  const from = isUsual ? '' : `${least.exclusive ? 'more than' : 'at least'} ${shown(least)}`;
  const to = most.value === usualMost ? '' : `${most.exclusive ? 'less than' : 'at most'} ${shown(most)}`;
  return [from, to].filter((part) => part !== '').join(', ');
}

function numberText(value: string): string {
  return /^\d+$/.test(value) ? formatCount(BigInt(value)) : value;
}
