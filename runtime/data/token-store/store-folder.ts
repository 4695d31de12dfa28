import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../run-folder/make-folders.ts';
import { contentHash } from '../sources/content-hash.ts';
import { documentBytes, manifestName, parseManifest, type StoredFile, type StoreManifest } from './store-format.ts';

/** A folder that is being written is taken for abandoned when nothing was written to it for this long. */
const abandonedAfterMilliseconds = 3_600_000;

/** Where the store of a key lies; `stores` is the folder of all stores. */
export function storeFolder(stores: string, key: string): string {
  return join(stores, key);
}

/**
 * The manifest of the store in a folder, or null when there is none or when it is not whole: every size and every SHA-256 is
 * checked (1 to 2 GB/s), so a store that was cut or changed is never read.
 */
export async function verifiedManifest(
  folder: string,
  key: string,
  signal?: AbortSignal,
): Promise<StoreManifest | null> {
  const manifest = readStoreManifest(folder);
  if (manifest === null || manifest.key !== key) return null;
  for (const name of ['training', 'held-out'] as const) {
    const part = manifest.parts[name];
    if (part.tokens.bytes !== part.tokenCount * manifest.tokenBytes) return null;
    if (part.documents.bytes !== part.documentCount * documentBytes) return null;
    if (!(await isWhole(join(folder, `${name}.tokens`), part.tokens, signal))) return null;
    if (!(await isWhole(join(folder, `${name}.documents`), part.documents, signal))) return null;
  }
  return manifest;
}

/** The manifest of a store as it says, its files not looked at; null when there is none that is whole itself. */
export function readStoreManifest(folder: string): StoreManifest | null {
  try {
    return parseManifest(readFileSync(join(folder, manifestName), 'utf8'));
  } catch {
    return null;
  }
}

async function isWhole(file: string, expected: StoredFile, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return statSync(file).size === expected.bytes && (await contentHash(file, signal)) === expected.sha256;
  } catch (error) {
    if (signal?.aborted) throw error;
    return false;
  }
}

/** A new folder beside the stores, for one process alone to write in. */
export function temporaryFolder(stores: string, key: string): string {
  const folder = join(stores, `.partial-${key}-${randomUUID()}`);
  makeFolders(folder);
  return folder;
}

/**
 * Renames a finished temporary folder to its store's name. Where another process was quicker its store stays and ours goes;
 * the caller verifies whichever is there. A broken store is first moved out of the way.
 */
export function moveIntoPlace(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Takes a store that did not verify out of the way, in one rename, and removes it. */
export function discardStore(stores: string, folder: string): void {
  const aside = join(stores, `.broken-${randomUUID()}`);
  try {
    renameSync(folder, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Removes what killed processes left: temporary folders in which nothing was written for an hour. */
export function removeAbandoned(stores: string, now: number): void {
  if (!existsSync(stores)) return;
  for (const name of readdirSync(stores)) {
    if (!name.startsWith('.partial-') && !name.startsWith('.broken-')) continue;
    const folder = join(stores, name);
    if (now - newestChange(folder) > abandonedAfterMilliseconds) rmSync(folder, { recursive: true, force: true });
  }
}

function newestChange(folder: string): number {
  try {
    const times = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
    return Math.max(statSync(folder).mtimeMs, ...times);
  } catch {
    // Another process is removing it.
    return Number.POSITIVE_INFINITY;
  }
}
