import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Memory as it is now, in bytes. */
export interface MemoryReading {
  /** What this process can still get before the system ends something. */
  readonly free: number;
  /** What this process holds in memory. */
  readonly resident: number;
}

export type ReadMemory = () => MemoryReading | null;

type ReadText = (file: string) => string | null;

/**
 * Reads what Linux says is left: of the machine with its swap space, and of every control group (version 1 or 2) that this process
 * is in, where pages of files count as free. null where the system does not say.
 */
export function readFreeMemory(
  readText: ReadText = textOrNull,
  resident: () => number = process.memoryUsage.rss,
): MemoryReading | null {
  const machine = freeOfMachine(readText('/proc/meminfo') ?? '');
  if (machine === null) return null;
  const groups = (readText('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => freeOfGroups(line, readText));
  return { free: Math.max(0, Math.min(machine, ...groups)), resident: resident() };
}

function textOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function freeOfMachine(text: string): number | null {
  const kibibytes = (name: string) => /^\s*(\d+) kB/.exec(text.split(`${name}:`)[1] ?? '')?.[1];
  const available = kibibytes('MemAvailable');
  return available === undefined ? null : 1024 * (Number(available) + Number(kibibytes('SwapFree') ?? 0));
}

/** A version of control groups: where it stands, and its files. */
const VERSIONS = [
  {
    prefix: /^0::/,
    root: '/sys/fs/cgroup',
    limit: 'memory.max',
    usage: 'memory.current',
    file: /^(?:in)?active_file (\d+)$/gm,
  },
  {
    prefix: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:/,
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    file: /^total_(?:in)?active_file (\d+)$/gm,
  },
] as const;

/** What is left in a group of `/proc/self/cgroup` and in those above it, as far as they have a limit. */
function freeOfGroups(line: string, readText: ReadText): number[] {
  const version = VERSIONS.find(({ prefix }) => prefix.test(line));
  if (!version) return [];
  const { prefix, root, limit, usage, file } = version;
  const found: number[] = [];
  // Inside a container the path may be one of the host's, which is not there: then only the root is.
  for (let folder = path.posix.join('/', line.replace(prefix, '')); ; folder = path.posix.dirname(folder)) {
    const read = (name: string) => readText(path.posix.join(root, folder, name));
    const [most, used] = [read(limit), read(usage)].map((text) => (text === null ? Number.NaN : Number(text)));
    // `max`, or no such file: no limit.
    if (Number.isFinite(most) && Number.isFinite(used)) {
      const cached = [...(read('memory.stat') ?? '').matchAll(file)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
      found.push(most! - used! + cached);
    }
    if (folder === '/') return found;
  }
}
