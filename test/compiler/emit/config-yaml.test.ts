import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configYaml, float, noted, type YamlValue } from '../../../compiler/emit/config-yaml.ts';
import { yamlFloat } from '../../../compiler/emit/yaml-float.ts';

const versions = ['1.1', '1.2'] as const;

describe('a configuration as YAML', () => {
  it.each([
    [2e-5, '2.0e-05'],
    [1.5e-7, '1.5e-07'],
    [5e-4, '0.0005'],
    [0, '0.0'],
    [10_000, '10000.0'],
    [1e16, '1.0e+16'],
    [-2e-5, '-2.0e-05'],
  ])('writes %d as %s', (value, text) => expect(yamlFloat(value)).toBe(text));

  it('writes every fraction so that both versions read the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = yamlFloat(value);
        expect(text).toMatch(/^-?\d+\.\d+(e[+-]\d\d+)?$/);
        for (const version of versions) expect(parse(text, { version })).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('is read as what was written, in both versions', () => {
    const key = fc.stringMatching(/^key_[a-z_]{0,6}$/);
    const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec<{ value: YamlValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
        tie('value').map((inner) => noted('why', inner)),
      ),
    }));
    const plain = (written: YamlValue): unknown => {
      if (Array.isArray(written)) return written.map(plain);
      if (typeof written !== 'object' || written === null) return written;
      if ('$note' in written) return plain(written.$value as YamlValue);
      return Object.fromEntries(Object.entries(written).map(([name, inner]) => [name, plain(inner)]));
    };
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (map) => {
        const text = configYaml(['head', ''], map);
        for (const version of versions)
          expect(JSON.stringify(parse(text, { version }))).toBe(JSON.stringify(plain(map)));
      }),
    );
  });

  it('refuses what it could not write truthfully', () => {
    expect(() => float(Number.NaN)).toThrow('NaN is no number');
    expect(() => configYaml([], { rate: 0.5 })).toThrow('0.5 is no whole number: give it as a float');
  });
});
