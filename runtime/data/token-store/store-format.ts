import { createHash } from 'node:crypto';
import type { StepRecord } from '../derive/step-record.ts';
import type { MalformedRows } from '../types.ts';

/**
 * A token store is a folder of five files, named after the key of what it was made from:
 * - `manifest.json`: the manifest below, written last
 * - `training.tokens`, `held-out.tokens`: ids in order, little-endian, 2 bytes each where the vocabulary fits, else 4
 * - `training.documents`, `held-out.documents`: 16 bytes a document, little-endian: index of its first token (8), of its
 *   file (4), its line (4)
 */
export const storeVersion = 1;
export const manifestName = 'manifest.json';
export const documentBytes = 16;
export type PartName = 'training' | 'held-out';

export interface StoredFile {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

export interface StoredPart {
  readonly tokenCount: number;
  readonly documentCount: number;
  readonly tokens: StoredFile;
  readonly documents: StoredFile;
}

export interface StoreManifest {
  readonly version: typeof storeVersion;
  readonly key: string;
  readonly tokenBytes: 2 | 4;
  /** Names of the source files, which `documents` refers to by index. */
  readonly files: readonly string[];
  readonly parts: { readonly training: StoredPart; readonly 'held-out': StoredPart };
  readonly malformed: MalformedRows;
  /** Of a derived dataset. */
  readonly steps?: readonly StepRecord[];
}

/** Everything that decides a store's bytes. */
export interface StoreIdentity {
  /** In the order in which they are read. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly tokenizer: string;
  readonly endOfText: number;
  readonly textColumn: string;
  readonly holdoutRows: number;
  readonly maximumRowBytes: number;
  /** What decides which rows a derived dataset has; absent for others. */
  readonly derivation?: unknown;
}

/** 64 hex digits. */
export function storeKey(identity: StoreIdentity): string {
  const { files, tokenizer, endOfText, textColumn, holdoutRows, maximumRowBytes } = identity;
  const named = files.map((file) => [file.name, file.sha256]);
  const parts = ['smol tokens', storeVersion, named, tokenizer, endOfText, textColumn, holdoutRows, maximumRowBytes];
  const derived = identity.derivation === undefined ? [] : [identity.derivation];
  return createHash('sha256')
    .update(JSON.stringify([...parts, ...derived]))
    .digest('hex');
}

/** Bytes of an id in a store, by the vocabulary's size. */
export function tokenBytesOf(vocabularySize: number): 2 | 4 {
  return vocabularySize <= 65_536 ? 2 : 4;
}

/** The manifest as text, with a hash over itself in front. */
export function manifestText(manifest: StoreManifest): string {
  const body = JSON.stringify(manifest);
  return `{"sha256":"${createHash('sha256').update(body).digest('hex')}",\n"store":${body}}\n`;
}

/** The manifest in a text, or null when it is not whole. */
export function parseManifest(text: string): StoreManifest | null {
  const parts = /^\{"sha256":"([0-9a-f]{64})",\n"store":(.*)\}\n$/su.exec(text);
  if (parts === null || createHash('sha256').update(parts[2]!).digest('hex') !== parts[1]) return null;
  const manifest = JSON.parse(parts[2]!) as StoreManifest;
  return manifest.version === storeVersion ? manifest : null;
}
