import { expect, test } from 'vitest';
import { readFreeMemory } from '../../../runtime/engine/free-memory.ts';

const meminfo = 'MemTotal:       8000000 kB\nMemFree:  100 kB\nMemAvailable:    4000000 kB\nSwapFree:        1000 kB\n';
const free = (files: Readonly<Record<string, string>>) =>
  readFreeMemory(
    (file) => files[file] ?? null,
    () => 7,
  );

test('of a machine without limits is what is available, with its swap space', () => {
  expect(free({ '/proc/meminfo': meminfo })).toEqual({ free: 4_001_000 * 1024, resident: 7 });
  expect(free({})).toBeNull();
  expect(free({ '/proc/meminfo': 'MemTotal: 1 kB' })).toBeNull();
});

test('in a control group of version 2 is what its limit leaves, files not counted, or that of a group above', () => {
  const files = {
    '/proc/meminfo': meminfo,
    '/proc/self/cgroup': '0::/jobs/one\n',
    '/sys/fs/cgroup/jobs/one/memory.max': '1000000000\n',
    '/sys/fs/cgroup/jobs/one/memory.current': '900000000\n',
    '/sys/fs/cgroup/jobs/one/memory.stat': 'anon 5\ninactive_file 40000000\nactive_file 10000000\nslab 3\n',
    '/sys/fs/cgroup/jobs/memory.max': 'max\n',
    '/sys/fs/cgroup/jobs/memory.current': '900000000\n',
  };
  expect(free(files)!.free).toBe(150_000_000);
  const above = { '/sys/fs/cgroup/jobs/memory.max': '920000000\n' };
  expect(free({ ...files, ...above })!.free).toBe(20_000_000);
  expect(free({ ...files, '/sys/fs/cgroup/jobs/one/memory.max': '800000000' })!.free).toBe(0);
});

test('in one of version 1, and in a container that sees its own group as the root', () => {
  const root = '/sys/fs/cgroup/memory';
  const files = {
    '/proc/meminfo': meminfo,
    '/proc/self/cgroup': '9:name=systemd:/x\n4:cpu,memory:/docker/abc\n',
    [`${root}/memory.limit_in_bytes`]: '2000000000\n',
    [`${root}/memory.usage_in_bytes`]: '500000000\n',
    [`${root}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 100000000\n',
  };
  expect(free(files)!.free).toBe(1_600_000_000);
  // As version 1 writes "no limit".
  expect(free({ ...files, [`${root}/memory.limit_in_bytes`]: '9223372036854771712' })!.free).toBe(4_001_000 * 1024);
});
