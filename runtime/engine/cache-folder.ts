import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The per-user cache, shared by checkouts: `$SMOL_CACHE`, else `$XDG_CACHE_HOME/smol`, else `~/.cache/smol`. Everything in
 * it can be made again; it may be deleted at any time when no `smol` runs.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.SMOL_CACHE) return path.resolve(env.SMOL_CACHE);
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) return path.join(env.XDG_CACHE_HOME, 'smol');
  return path.join(env.HOME || homedir(), '.cache', 'smol');
}
