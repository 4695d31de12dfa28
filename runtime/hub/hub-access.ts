import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../engine/cache-folder.ts';

/** How the hub is reached. */
export interface HubAccess {
  /** null: the hub's own address. */
  readonly address: string | null;
  /** Its value stands in requests only, never in messages, plans or records. */
  readonly token: string | null;
  /** The cache that the hub's own programs share; null for their usual place. */
  readonly cache: string | null;
  /** Where it is noted which files of a commit were fetched. */
  readonly records: string;
  /** No request is made. */
  readonly isOffline: boolean;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/**
 * As the hub's own programs read the environment: `HF_ENDPOINT`, `HF_TOKEN` or else the token that logging in wrote,
 * `HF_HUB_CACHE`, `HF_HUB_OFFLINE`.
 */
export function hubAccess(env: Readonly<Record<string, string | undefined>> = process.env): HubAccess {
  return {
    address: env.HF_ENDPOINT?.replace(/\/+$/, '') || null,
    token: env.HF_TOKEN?.trim() || loginToken(env),
    cache: env.HF_HUB_CACHE || null,
    records: join(cacheFolder(env), 'hub'),
    isOffline: /^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    wait: sleep,
  };
}

function loginToken(env: Readonly<Record<string, string | undefined>>): string | null {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'huggingface');
  try {
    return readFileSync(env.HF_TOKEN_PATH || join(home, 'token'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}
