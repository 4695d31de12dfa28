import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import type { HubAccess } from './hub-access.ts';
import { HubError } from './hub-error.ts';
import { hubFetch } from './hub-request.ts';
import { withoutDebugOutput } from './without-debug-output.ts';

/** A repository on the hub. */
export interface HubName {
  readonly type: 'model' | 'dataset';
  /** `owner/name`, or a name alone. */
  readonly name: string;
}

interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 (hex) where the hub says it (large files); null elsewhere. */
  readonly sha256: string | null;
}

/** A repository at one commit. */
export interface HubRepository {
  readonly owner: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** Paths of its files, in order. */
  readonly files: readonly string[];
  /** Fetches a file unless it is in the cache, verified against what the hub says of it; its path in the cache. Throws `HubError`. */
  fetch(path: string): Promise<string>;
}

const commitPattern = /^[0-9a-f]{40}$/;
/** No part begins with a dot, so that none leads out of the cache. */
const namePattern = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/;

/**
 * Opens a repository. A commit whose files were listed before needs no request; a branch or tag (null: the main branch) is
 * asked for its commit. Throws `HubError`.
 */
export async function openRepository(access: HubAccess, hub: HubName, revision: string | null): Promise<HubRepository> {
  const owner = `${hub.type === 'model' ? '' : `${hub.type} `}\`${hub.name}\`${revision === null ? '' : ` at \`${revision}\``}`;
  if (!namePattern.test(hub.name) || hub.name.includes('..')) {
    throw new HubError(`${owner} is no name of a repository`, 'write it as on the hub: `owner/name`', 1);
  }
  if (access.token !== null && !/^hf_[A-Za-z0-9_]+$/.test(access.token)) {
    throw new HubError('the token for the hub is none: tokens begin with `hf_`', 'set `HF_TOKEN` to a token of yours');
  }
  const connection = { access, hub, owner };
  const commit = revision !== null && commitPattern.test(revision) ? revision : await commitOf(connection, revision);
  const listed = await listedFiles(connection, commit);
  const byPath = new Map(listed.map((file) => [file.path, file]));
  return {
    owner,
    commit,
    files: [...byPath.keys()].sort(),
    async fetch(path) {
      const file = byPath.get(path);
      if (file === undefined) throw new HubError(`${owner} has no file \`${path}\``, 'look at its files on the hub', 1);
      return fetchFile(connection, commit, file);
    },
  };
}

interface Connection {
  readonly access: HubAccess;
  readonly hub: HubName;
  readonly owner: string;
}

/** What every call of the hub's library is given. */
function request({ access, owner }: Connection) {
  return {
    fetch: hubFetch(access, owner),
    ...(access.address !== null && { hubUrl: access.address }),
    ...(access.token !== null && { accessToken: access.token }),
  };
}

async function commitOf(connection: Connection, revision: string | null): Promise<string> {
  const { modelInfo, datasetInfo } = await import('@huggingface/hub');
  const { hub, owner } = connection;
  const asked = {
    ...request(connection),
    name: hub.name,
    revision: revision ?? 'main',
    additionalFields: ['sha' as const],
  };
  const { sha } = await explained(owner, () => (hub.type === 'model' ? modelInfo(asked) : datasetInfo(asked)));
  if (typeof sha === 'string' && commitPattern.test(sha)) return sha;
  throw new HubError(`${owner}: the hub did not say which commit this is`, 'pin a commit: `revision = "…"`');
}

/** The files of a commit: a commit never changes, so they are asked for once. */
async function listedFiles(connection: Connection, commit: string): Promise<readonly HubFile[]> {
  const { access, hub, owner } = connection;
  const record = join(access.records, `${hub.type}s`, ...hub.name.split('/'), `${commit}.json`);
  const known = recordedFiles(record);
  if (known !== null) return known;
  const { listFiles } = await import('@huggingface/hub');
  const files: HubFile[] = [];
  await explained(owner, async () => {
    for await (const entry of listFiles({ ...request(connection), repo: hub, revision: commit, recursive: true })) {
      if (entry.type !== 'file') continue;
      files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, sha256: entry.lfs?.oid ?? null });
    }
  });
  makeFolders(dirname(record));
  await writeFileDurably(record, `${JSON.stringify({ format: 1, files }, null, 2)}\n`);
  return files;
}

/** null where they have not been asked for, or the record is damaged: then they are asked for again. */
function recordedFiles(record: string): readonly HubFile[] | null {
  if (!existsSync(record)) return null;
  try {
    const { files } = JSON.parse(readFileSync(record, 'utf8')) as { readonly files?: unknown };
    return Array.isArray(files) && files.every(isHubFile) ? files : null;
  } catch {
    return null;
  }
}

function isHubFile(value: unknown): value is HubFile {
  const file = (value ?? {}) as Partial<HubFile>;
  return typeof file.path === 'string' && typeof file.bytes === 'number';
}

async function fetchFile(connection: Connection, commit: string, file: HubFile): Promise<string> {
  const { access, hub, owner } = connection;
  const { downloadFileToCacheDir } = await import('@huggingface/hub');
  const path = await explained(owner, () =>
    withoutDebugOutput(() =>
      downloadFileToCacheDir({
        ...request(connection),
        repo: hub,
        path: file.path,
        revision: commit,
        ...(access.cache !== null && { cacheDir: access.cache }),
      }),
    ),
  );
  if (await isWhole(path, file)) return path;
  // The cache has the bytes under their hash, and a link to them: neither may stay.
  if (existsSync(path)) rmSync(realpathSync(path));
  rmSync(path, { force: true });
  throw new HubError(`${owner}: \`${file.path}\` did not arrive whole`, 'try again: it is fetched anew');
}

async function isWhole(path: string, { bytes, sha256 }: HubFile): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes) return false;
  if (sha256 === null) return true;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === sha256;
}

/** The library's own errors (an answer it does not understand) with the repository's name, and nothing of the request. */
async function explained<T>(owner: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof HubError) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    const what = typeof code === 'string' ? code : name;
    throw new HubError(`${owner}: what the hub sent could not be used or kept (${what})`, 'try again later');
  }
}
