import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateValue } from '../../../compiler/bind/evaluate-value.ts';
import { parseExpression } from '../../../compiler/bind/parse-expression.ts';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { vocabulary } from '../../../grammar/index.ts';

const compiler = join(import.meta.dirname, '..', '..', '..', 'compiler');
const code = readdirSync(compiler, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');
const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const parameters = vocabulary.functions.flatMap((row) =>
  Object.values(row.parameters).map((parameter) => [`${row.name}(${parameter.name})`, parameter] as const),
);
const values = [
  ...vocabulary.attributes.map((row) => [`${row.blocks.join('/')}.${row.name}`, row] as const),
  ...parameters,
];

describe('the vocabulary', () => {
  it('names each attribute of a block once', () => {
    const names = vocabulary.attributes.flatMap((row) => row.blocks.map((block) => `${block}.${row.name}`));
    expect(new Set(names).size).toBe(names.length);
  });

  it('names each function, block, unit and verb once', () => {
    for (const rows of [vocabulary.functions, vocabulary.blocks, vocabulary.units, vocabulary.verbs]) {
      const names = rows.map((row) => ('of' in row ? `${row.of}.${row.name}` : row.name));
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each(values)('documents %s in one line', (_, row) => {
    expect(row.documentation).toMatch(/^[A-Z].+\.$/);
    expect(row.documentation).not.toContain('\n');
  });

  it.each(values.filter(([, row]) => typeof row.default === 'object'))('has a sourced default for %s', (_, row) => {
    const fallback = row.default as { value?: string; like?: string; source: string };
    expect(fallback.source.length).toBeGreaterThan(8);
    if (fallback.value === undefined) {
      const [block, name] = fallback.like!.split('.');
      expect(vocabulary.attributeRow(block as vocabulary.BlockName, name!)).toBeDefined();
      return;
    }
    const collector = new DiagnosticCollector();
    const { expression, problems } = parseExpression(fallback.value, 'default');
    expect(problems).toEqual([]);
    const context = { collector, lets: new Map(), incomplete: false };
    expect(evaluateValue(expression!, row.type, row.name, context)).not.toBeNull();
    expect(collector.all()).toEqual([]);
  });

  it.each(vocabulary.attributes.map((row) => [row.name, row] as const))('has a use for %s', (name) => {
    if (name === 'language') return;
    const use = new RegExp(
      `\\b(rows|attributes|phaseRows|stageRows|\\w+Attributes)\\.${camel(name)}\\b|\\b${camel(name)} \\}`,
    );
    expect(use.test(code)).toBe(true);
  });

  it('knows the functions that its attributes and verbs take', () => {
    const typeNames = (type: vocabulary.ValueType): readonly string[] => {
      if (type.is === 'call') return type.functions;
      if (type.is === 'list') return typeNames(type.of as vocabulary.ValueType);
      return type.is === 'choice' ? (type.of as vocabulary.PlainType[]).flatMap(typeNames) : [];
    };
    const taken = [
      ...values.flatMap(([, row]) => typeNames(row.type)),
      ...vocabulary.verbs.flatMap((verb) => verb.functions),
    ];
    for (const name of taken)
      expect(vocabulary.functionOf(name, 'source') ?? vocabulary.functionOf(name, ''), name).toBeDefined();
    const unused = vocabulary.functions.map((row) => row.name).filter((name) => !taken.includes(name));
    expect(unused).toEqual([]);
  });

  it('knows the blocks that contain others', () => {
    for (const row of vocabulary.blocks)
      for (const parent of row.within) expect(vocabulary.blockRow(parent)).toBeDefined();
  });
});
