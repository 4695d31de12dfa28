import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolders } from '../../run-folder/make-folders.ts';

/**
 * Runs `work` while holding the lock file; other processes wait. A lock whose holder has ended (same machine) is taken over.
 * `onWait` is called once when another process holds it. Aborting `signal` ends the waiting.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: { signal?: AbortSignal; onWait?: (holder: string) => void } = {},
): Promise<T> {
  makeFolders(path.dirname(file));
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await acquire(file)) break;
    const holder = await readHolder(file);
    if (holder === null || isStale(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) options.onWait?.(holder);
    told = true;
    await sleep(500, undefined, options.signal ? { signal: options.signal } : {});
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid} ${hostname()}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `PID HOST`, '' when the holder is about to write it, null when the lock has gone. */
async function readHolder(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return null;
  }
}

function isStale(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  if (!pid || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
