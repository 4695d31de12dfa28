import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HubAccess } from '../../runtime/hub/hub-access.ts';
import { temporaryFolder } from './hugging-face-fixture.ts';

export interface HubServer {
  readonly access: HubAccess;
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
  /** Waits that the client was told to make, in milliseconds. */
  readonly waits: number[];
  /** The commit that the branch `main` is. */
  branch: string;
  /** Answers the next requests with these statuses instead. */
  readonly faults: number[];
  close(): void;
}

export const firstCommit = 'a'.repeat(40);
export const secondCommit = 'b'.repeat(40);

/**
 * A stand-in for the hub on the loopback: the model and the dataset `team/tiny`, both with the files of a folder, the same at both commits. It
 * answers what the hub's library asks: which commit a branch is, the files of a commit, where a file is, its bytes.
 */
export async function hubServer(folder: string, change: Partial<HubAccess> = {}): Promise<HubServer> {
  const state = {
    requests: [] as string[],
    authorizations: [] as (string | undefined)[],
    waits: [] as number[],
    faults: [] as number[],
    branch: firstCommit,
  };
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    state.requests.push(`${request.method} ${url.pathname}`);
    state.authorizations.push(request.headers.authorization);
    const fault = state.faults.shift();
    if (fault !== undefined) response.writeHead(fault, { 'retry-after': '2' }).end('fault');
    else answer(request, response, url.pathname, files, state.branch);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  const cache = temporaryFolder();
  const access: HubAccess = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: null,
    cache: join(cache, 'hub'),
    records: join(cache, 'records'),
    isOffline: false,
    wait: async (milliseconds) => state.waits.push(milliseconds),
    ...change,
  };
  return Object.assign(state, { access, close });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  files: ReadonlyMap<string, Buffer>,
  branch: string,
): void {
  const json = (value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const entry = (name: string, bytes: Buffer) => ({
    type: 'file',
    path: name,
    size: bytes.length,
    oid: createHash('sha1').update(bytes).digest('hex'),
    ...(name.endsWith('.safetensors') && {
      lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 100 },
    }),
  });
  const [, kind, revision, name] =
    /^\/api\/(?:models|datasets)\/team\/tiny\/(revision|tree|paths-info)\/(\w+)()$/.exec(path) ??
    /^(?:\/datasets)?\/team\/tiny\/(resolve)\/(\w+)\/(.+)$/.exec(path) ??
    [];
  const commit = revision === 'main' ? branch : revision;
  if (commit !== firstCommit && commit !== secondCommit) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Repository not found"}');
  } else if (kind === 'revision') json({ _id: '1', id: 'team/tiny', sha: commit });
  else if (kind === 'tree') json([...files].map(([file, bytes]) => entry(file, bytes)));
  else if (kind === 'paths-info') {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { paths } = JSON.parse(Buffer.concat(parts).toString());
      json(paths.map((file: string) => entry(file, files.get(file)!)));
    });
  } else sendFile(request, response, files.get(name!)!);
}

function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const etag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
  if (from === undefined) {
    response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
    return;
  }
  const part = bytes.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
  response.writeHead(206, { etag, 'content-range': range, 'content-length': part.length }).end(part);
}
