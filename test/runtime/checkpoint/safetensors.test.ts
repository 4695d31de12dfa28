import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../runtime/checkpoint/safetensors.ts';
import type { NamedArray } from '../../../runtime/model/types.ts';
import { withFile } from '../../../runtime/run-folder/durable-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'smol-safetensors-'));
const path = join(folder, 'arrays.safetensors');
const arrays: NamedArray[] = [
  { name: 'embedding', shape: [2, 3], values: new Float32Array([1, -2, 0.5, Number.NaN, -0, 1e-45]) },
  { name: 'final_norm', shape: [3], values: new Float32Array([1, 2, 3]) },
];
const write = () => withFile(path, 'w', (file) => writeSafetensors(file, arrays));
const read = (layout: { name: string; shape: readonly number[] }[] = arrays) =>
  withFile(path, 'r', (file) => readSafetensors(file, layout));

describe('safetensors', () => {
  test('gives back every bit, with the hash of the file', async () => {
    const written = await write();
    const bytes = readFileSync(path);
    expect(written).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    const { arrays: back, sha256 } = await read();
    expect(sha256).toBe(written.sha256);
    expect(back.map(({ name }) => name)).toEqual(['embedding', 'final_norm']);
    for (const [index, { values }] of back.entries()) {
      expect(Buffer.from(values.buffer)).toEqual(Buffer.from(arrays[index]!.values.buffer));
    }
  });

  test('has the layout that the format describes', async () => {
    await write();
    const bytes = readFileSync(path);
    const headerBytes = Number(bytes.readBigUInt64LE(0));
    expect(headerBytes % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes))).toEqual({
      embedding: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      final_norm: { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
    });
    expect(bytes.length).toBe(8 + headerBytes + 36);
    expect(bytes.readFloatLE(8 + headerBytes + 4)).toBe(-2);
  });

  test('refuses a header that claims other arrays, and believes no length in it', async () => {
    await write();
    const good = readFileSync(path);
    const huge = Buffer.from(good);
    huge.writeBigUInt64LE(2n ** 63n, 0);
    writeFileSync(path, huge);
    await expect(read()).rejects.toThrow('header does not list');
    writeFileSync(path, good);
    await expect(read([{ name: 'embedding', shape: [3, 2] }, arrays[1]!])).rejects.toThrow('header does not list');
    await expect(read([arrays[0]!])).rejects.toThrow('bytes where');
    writeFileSync(path, good.subarray(0, good.length - 1));
    await expect(read()).rejects.toThrow('bytes where');
    writeFileSync(path, '');
    await expect(read()).rejects.toThrow('has 0 bytes');
  });

  test('any change of one byte changes the hash or is refused', async () => {
    const { sha256 } = await write();
    const good = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const bad = Buffer.from(good);
        bad[place]! ^= flip;
        writeFileSync(path, bad);
        const seen = await read().then(
          (result) => result.sha256,
          () => 'refused',
        );
        expect(seen).not.toBe(sha256);
      }),
      { numRuns: 60 },
    );
  });
});
