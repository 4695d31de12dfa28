import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literal } from '../../../../compiler/emit/typescript/literal.ts';

const read = (text: string): unknown => JSON.parse(JSON.stringify(vm.runInNewContext(`(${text})`)));

describe('literal', () => {
  it('is read back as the value it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(read(literal(plain))).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });

  it.each([`it's "so"`, 'back\\slash', '\\"', '`$' + '{process.exit()}`', 'line\u2028end', "'); process.exit(); ('"])(
    'keeps %j a text',
    (text) => expect(read(literal(text))).toBe(text),
  );

  it('groups the digits of large whole numbers and keeps small ones short', () => {
    expect([2_097_152, 4096, 0.00001, 0.3, -12_345].map((value) => literal(value))).toEqual([
      '2_097_152',
      '4096',
      '1e-5',
      '0.3',
      '-12345',
    ]);
  });

  it('puts what is short on one line, and each part of the rest on its own', () => {
    expect(literal({ kind: 'local', paths: ['a', 'b'] })).toBe("{ kind: 'local', paths: ['a', 'b'] }");
    expect(literal(['x'.repeat(60), 'y'.repeat(60)])).toBe(`[\n  '${'x'.repeat(60)}',\n  '${'y'.repeat(60)}',\n]`);
  });
});
