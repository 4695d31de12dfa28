import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunError } from '../train/run-error.ts';

interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, where the system tells it: a later process may get the same pid. */
  readonly started: string | null;
}

/**
 * Keeps a second process out of a run folder until the returned function is called or this process dies.
 *
 * Each process first writes a file of its own (`.lock-<pid>`) and then looks at the others', so of two that arrive together at
 * least one sees the other: both may be refused, never both let in. Files of dead processes are removed; no name is shared,
 * so removing one can never remove a living process's.
 * Throws `RunError` naming the process that holds the folder.
 */
export function lockRunFolder(folder: string): () => void {
  const own = join(folder, lockName(process.pid));
  const self: LockHolder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const held = heldInThisProcess(own);
  if (held) throw busy(folder, self, own);
  writeFileSync(own, JSON.stringify(self));
  locksOfThisProcess.add(own);
  const release = () => {
    locksOfThisProcess.delete(own);
    rmSync(own, { force: true });
  };
  for (const name of readdirSync(folder)) {
    if (!/^\.lock-\d+$/.test(name) || name === lockName(process.pid)) continue;
    const path = join(folder, name);
    const holder = readHolder(path, name);
    if (isAlive(holder)) {
      release();
      throw busy(folder, holder, path);
    }
    rmSync(path, { force: true });
  }
  return release;
}

const locksOfThisProcess = new Set<string>();

function heldInThisProcess(path: string): boolean {
  return locksOfThisProcess.has(path);
}

function lockName(pid: number): string {
  return `.lock-${pid}`;
}

/** A file that is empty or torn belongs to a process that is writing it now, or died doing so: its name has the pid. */
function readHolder(path: string, name: string): LockHolder {
  const pid = Number(name.slice('.lock-'.length));
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { host, started } = value as Partial<LockHolder>;
    if (typeof host === 'string') return { pid, host, started: typeof started === 'string' ? started : null };
  } catch {
    // Fall through: judged by the pid alone.
  }
  return { pid, host: hostname(), started: null };
}

/** A process of another machine cannot be asked, so it counts as alive. */
function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.started === null || holder.started === startOf(holder.pid);
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the name in field 2 may hold spaces and parentheses, so count from its end. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function busy(folder: string, holder: LockHolder, path: string): RunError {
  const elsewhere = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new RunError(`\`${folder}\` is in use by process ${holder.pid}${elsewhere}`, {
    help: elsewhere
      ? `wait for it to end; if that machine is gone, delete \`${path}\``
      : 'wait for it to end, or train into another folder with `--run-dir`',
  });
}
