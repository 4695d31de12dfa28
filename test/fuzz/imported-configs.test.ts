import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { sampleNanotron } from '../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import { takenKeys } from '../../compiler/import/nanotron/config-keys.ts';
import { createSourceText, renderDiagnostics, renderJson } from '../../compiler/index.ts';
import { importText } from '../support/import-configs.ts';

/** Whatever a file holds: it is read or refused, messages can be drawn, and a recipe that is written parses. */
async function importSafely(text: string): Promise<void> {
  const { recipe, diagnostics, compilation } = await importText(text);
  const source = createSourceText('a.yaml', text);
  for (const { span } of diagnostics) {
    expect(span.start).toBeLessThanOrEqual(span.end);
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
  expect(renderDiagnostics(diagnostics, () => source, { columns: 80, color: false })).toBeTypeOf('string');
  expect(() => JSON.parse(renderJson(diagnostics, () => source))).not.toThrow();
  expect(recipe === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  if (recipe === null) return;
  const syntax = compilation!.diagnostics.filter(({ code }) => code.startsWith('SM0'));
  expect(syntax.map(({ message }) => message)).toEqual([]);
}

const words = [
  ...(['file', 'model', 'model_config', 'tokens', 'optimizer', 'learning_rate_scheduler', 'stage'] as const).flatMap(
    takenKeys,
  ),
  'dataset',
  'data',
];
const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('2e-5', '1_000', 'linear', 'adamW', '%date', '../..', 'a/b', '0x1f', '.inf', '1e999'),
);
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie('node'), { maxKeys: 6 }),
  ),
}));

describe('any file given to `smol import`', () => {
  it('of random bytes is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => importSafely(text)),
      { numRuns: 300 },
    );
  });

  it('of random YAML is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(node, async (value) => importSafely(stringify(value))),
      { numRuns: 300 },
    );
  });

  it('that a sample became by changes is read or refused', async () => {
    const sample = sampleNanotron({ data: { hf_dataset_or_datasets: '', dataset_folder: '[a, b]' } });
    const pieces = ['{', '}', '[', ']', ':', '- ', '\n', '"', '#', '&a ', '*a', '!!x ', '\t', '0', '-', 'e9', '\u202e'];
    const change = fc.record({
      at: fc.integer({ min: 0, max: sample.length }),
      length: fc.integer({ min: 0, max: 12 }),
      piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const text = changes.reduce(
          (whole, { at, length, piece }) => whole.slice(0, at) + piece + whole.slice(at + length),
          sample,
        );
        await importSafely(text);
      }),
      { numRuns: 500 },
    );
  });

  it('whose values are replaced is read or refused', async () => {
    const lines = sampleNanotron({ data: { hf_dataset_or_datasets: '', dataset_folder: 'a' } }).split('\n');
    const places = lines.flatMap((line, index) => (/^ +\w+: [^{]/.test(line) ? [index] : []));
    const replaced = fc.array(fc.tuple(fc.constantFrom(...places), scalar), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(replaced, async (changes) => {
        const text = [...lines];
        for (const [index, value] of changes) {
          text[index] = text[index]!.replace(/: .*/, () => `: ${stringify(value).trimEnd().replaceAll('\n', ' ')}`);
        }
        await importSafely(text.join('\n'));
      }),
      { numRuns: 500 },
    );
  });
});
