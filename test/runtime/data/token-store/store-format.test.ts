import { expect, test } from 'vitest';
import {
  manifestText,
  parseManifest,
  type StoreIdentity,
  type StoreManifest,
  storeKey,
  tokenBytesOf,
} from '../../../../runtime/data/token-store/store-format.ts';

const identity: StoreIdentity = {
  files: [
    { name: 'a.jsonl', sha256: '1' },
    { name: 'b.jsonl', sha256: '2' },
  ],
  tokenizer: 't',
  endOfText: 0,
  textColumn: 'text',
  holdoutRows: 3,
  maximumRowBytes: 100,
};

test('the key changes with everything that decides the tokens', () => {
  const [a, b] = identity.files as [{ name: string; sha256: string }, { name: string; sha256: string }];
  const others: readonly Partial<StoreIdentity>[] = [
    { files: [b, a] },
    { files: [a] },
    { files: [{ ...a, sha256: '3' }, b] },
    { files: [{ ...a, name: 'c.jsonl' }, b] },
    { tokenizer: 'u' },
    { endOfText: 1 },
    { textColumn: 'body' },
    { holdoutRows: 4 },
    { maximumRowBytes: 101 },
  ];
  const keys = [identity, ...others.map((change) => ({ ...identity, ...change }))].map(storeKey);
  expect(new Set(keys).size).toBe(others.length + 1);
  expect(storeKey({ ...identity })).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('two bytes an id up to a vocabulary of 65,536', () => {
  expect([256, 65_536, 65_537].map(tokenBytesOf)).toEqual([2, 2, 4]);
});

test('a manifest reads back, and any changed character makes it unreadable', () => {
  const file = { bytes: 8, sha256: 'f'.repeat(64) };
  const part = { tokenCount: 4, documentCount: 1, tokens: file, documents: file };
  const manifest: StoreManifest = {
    version: 1,
    key: 'k',
    tokenBytes: 2,
    files: ['d/a "quoted".jsonl'],
    parts: { training: part, 'held-out': part },
    malformed: { count: 0, rows: 1, kinds: {}, examples: [] },
  };
  const text = manifestText(manifest);
  expect(parseManifest(text)).toEqual(manifest);
  expect(JSON.parse(text).store).toEqual(manifest);
  for (let index = 0; index < text.length; index++) {
    const other = text[index] === '0' ? '1' : '0';
    expect(parseManifest(text.slice(0, index) + other + text.slice(index + 1))).toBeNull();
    expect(parseManifest(text.slice(0, index))).toBeNull();
  }
});
