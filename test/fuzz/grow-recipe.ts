import { vocabulary } from '../../grammar/index.ts';
import type { AttributeRow, BlockName, ValueRow, ValueType } from '../../grammar/vocabulary/row.ts';

type Random = () => number;

const names = [
  'web',
  'code',
  'talks',
  'chosen',
  'curated',
  'stable',
  'mixed',
  'long',
  'small',
  'more_code',
  'nothing',
  'pretrain',
  'sft',
  'dpo',
];
const texts = [
  'a.jsonl',
  'data/*.jsonl',
  'http://127.0.0.1:8000/v1',
  '{{ x }}',
  '<|im_end|>',
  '',
  '../x',
  '\\u202e',
  'mmlu',
  '(a+)+$',
  '[',
  'org/name',
];
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '0.5',
  '7',
  '8k',
  '8Ki',
  '64',
  '128',
  '1000',
  '1M',
  '4M',
  '11T',
  '1e-9',
  '1e99',
  '9007199254740993',
  '99999999999999999999',
];
const units = ['tokens', 'steps', 'sequences', 'rows', 'epochs', 'sigma', 'usd', 'usd per gpu_hour'];

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)]!;

/** A value that a type takes, most often: one in twelve is of any other type. */
function growValue(type: ValueType, random: Random, depth = 0): string {
  if (depth < 3 && random() < 1 / 12) return growValue(pick(vocabulary.attributes, random).type, random, depth + 1);
  switch (type.is) {
    case 'quantity':
      return growQuantity(type.dimensions, random);
    case 'word':
      return pick(type.words, random);
    case 'name':
    case 'reference':
      return pick(names, random);
    case 'text':
      return `"${pick(texts, random)}"`;
    case 'boolean':
      return pick(['true', 'false'], random);
    case 'edge':
      return `${pick(names, random)}.${pick(['start', 'end', 'middle'], random)}`;
    case 'call':
      return growCall(pick(type.functions, random), random, depth);
    case 'list': {
      const of = type.of as ValueType;
      return `[${Array.from({ length: Math.floor(random() * 4) }, () => growValue(of, random, depth + 1)).join(', ')}]`;
    }
    case 'choice':
      return growValue(pick(type.of, random) as ValueType, random, depth + 1);
  }
}

function growQuantity(dimensions: readonly string[], random: Random): string {
  const number = pick(numbers, random);
  const dimension = random() < 0.9 ? pick(dimensions, random) : pick(units, random);
  const unit = dimension === 'number' ? '' : ` ${dimension.replace('usd_per_gpu_hour', 'usd per gpu_hour')}`;
  const written = dimension === 'part' ? `${pick(['0', '0.1', '10', '50', '100', '200'], random)}%` : number + unit;
  return random() < 0.1 ? `(${written} ${pick(['+', '-', '*', '/'], random)} ${pick(numbers, random)})` : written;
}

function growCall(name: string, random: Random, depth: number): string {
  const row = vocabulary.functions.find((each) => each.name === name);
  const parameters = Object.values(row?.parameters ?? {}) as readonly ValueRow[];
  const given = parameters.filter((each) => random() < (each.default === 'required' ? 0.95 : 0.4));
  const values = given.map((each, i) => {
    const value = depth > 3 ? pick(numbers, random) : growValue(each.type, random, depth + 1);
    return i < (row?.byPlace ?? 0) && random() < 0.8 ? value : `${each.name} = ${value}`;
  });
  return `${name}(${values.join(', ')})`;
}

function growAttribute(row: AttributeRow, random: Random): string {
  const at = random() < 0.05 ? ` at ${growQuantity(['tokens', 'steps'], random)}` : '';
  return `${row.name} = ${growValue(row.type, random)}${at}`;
}

function growEntry(block: BlockName, random: Random, depth: number): string {
  const attributes = vocabulary.attributesOf(block);
  if (attributes.length > 0 && random() < 0.6) return growAttribute(pick(attributes, random), random);
  const inner = vocabulary.blocks.filter((row) => row.within.includes(block));
  if (inner.length > 0 && depth < 2 && random() < 0.5) return growBlock(pick(inner, random).name, random, depth + 1);
  const name = pick(names, random);
  return pick(
    [
      `${pick(['50%', '100%', '0.1%', '3', 'rest'], random)} ${name}`,
      `take ${pick(['all', '10', '431k', '50%', '0'], random)} ${name}`,
      `60% group_of_two { ${pick(['50%', '1'], random)} ${name}, rest code }`,
      `keep where ${growPredicate(random, 0)}`,
      `drop ${pick(['', '90% '], random)}where ${growPredicate(random, 0)}`,
      `dedup ${growCall(pick(['exact', 'minhash', 'embedding'], random), random, 1)}`,
      `decontaminate ${growCall('ngram', random, 1)}`,
      `score quality = ${growCall('classify', random, 1)}`,
      `sample ${growQuantity(['part', 'rows', 'tokens'], random)}`,
      `expect ${pick(['mmlu', name], random)} ${pick(['>', '<=', '=='], random)} ${growQuantity(['part', 'number'], random)} at ${name}.end`,
      `allow ${pick(['SM6004', 'SM6007', 'SM3001', 'SM9'], random)} "a reason"`,
    ],
    random,
  );
}

function growPredicate(random: Random, depth: number): string {
  const operand = pick(
    ['tokens', 'language', 'domain', 'quality', 'characters', '5', '"en"', 'count(tokens > 3) by domain'],
    random,
  );
  const plain = pick(
    [
      `${operand} ${pick(['>=', '<', '==', '!='], random)} ${pick(['3', '"en"', 'tokens', '-1'], random)}`,
      `${operand} in ["a", 3]`,
      `${operand} matches "${pick(texts, random)}"`,
    ],
    random,
  );
  if (depth > 3 || random() < 0.5) return plain;
  const other = growPredicate(random, depth + 1);
  return pick([`not (${plain})`, `${plain} and ${other}`, `(${plain} or ${other})`], random);
}

function growBlock(kind: string, random: Random, depth: number): string {
  const row = vocabulary.blocks.find(({ name }) => name === kind)!;
  const name =
    row.naming === 'none' || (row.naming === 'optional' && random() < 0.5) ? '' : ` ${pick([...names, 'new'], random)}`;
  const range = kind === 'stage' ? ` ${pick(['', '..1M', '0..50%', '(2M - 5)..', '1000..2000'], random)}` : '';
  const needed = vocabulary.attributesOf(row.name).filter((each) => each.default === 'required' && random() < 0.9);
  const entries = [
    ...needed.map((each) => growAttribute(each, random)),
    ...Array.from({ length: Math.floor(random() * 5) }, () => growEntry(row.name, random, depth)),
  ];
  return `${kind}${name}${range}${pick(['', '', '', '', '', '', '', '', ' normalized', ' rounded'], random)} {\n${entries.join('\n')}\n}`;
}

/**
 * A recipe of the language's grammar: a given one with values that the vocabulary's types take in place of its own, and with
 * entries and blocks of every kind. Most are refused for what they say, and many are planned.
 */
export function growRecipe(recipe: string, random: Random): string {
  const lines = recipe.split('\n');
  for (let edits = 1 + Math.floor(random() * 3); edits > 0; edits -= 1) {
    const at = Math.floor(random() * lines.length);
    const line = lines[at]!;
    const attribute = /^\s*(\w+) = [^"]*$/.exec(line)?.[1];
    const rows = vocabulary.attributes.filter(({ name }) => name === attribute);
    const opened = /^\s*(\w+)[^{]*\{$/.exec(line)?.[1];
    const kind = vocabulary.blocks.find(({ name }) => name === opened);
    if (rows.length > 0 && !/[([]$/.test(line)) lines[at] = growAttribute(pick(rows, random), random);
    else if (kind) lines.splice(at + 1, 0, growEntry(kind.name, random, 0));
    else if (line === '') lines.splice(at, 0, growEntry('recipe', random, 0));
  }
  return lines.join('\n');
}
