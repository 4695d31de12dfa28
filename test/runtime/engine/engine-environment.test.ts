import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../../runtime/engine/cache-folder.ts';
import { compileCacheFolder, prepareEnvironment } from '../../../runtime/engine/engine-environment.ts';
import { folderBytes } from '../../../runtime/engine/folder-bytes.ts';
import { pruneFolder } from '../../../runtime/engine/prune-folder.ts';

test('the cache is where the environment says', () => {
  expect(cacheFolder({ SMOL_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe('/a');
  expect(cacheFolder({ XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe(path.join('/b', 'smol'));
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/c' })).toBe(path.join('/c', '.cache', 'smol'));
});

test('the library is told to be quiet, to leave grappler out and to keep compiled programs', () => {
  const env: Record<string, string | undefined> = { SMOL_CACHE: '/cache' };
  prepareEnvironment(env);
  expect(env.TF_CPP_MIN_LOG_LEVEL).toBe('3');
  expect(env.TF_CPU_ALLOCATOR_USE_BFC).toBe('true');
  expect(env.TF_XLA_FLAGS).toContain(`--tf_xla_persistent_cache_directory=${compileCacheFolder(env)}`);
  // ConfigProto: gpu_options (6) { allow_growth (4) = 1 }, graph_options (10) { rewrite_options (10) { 19 = 1 } }.
  expect(env.SMOL_TF_SESSION_CONFIG).toBe('3202200152055203980101');
});

test('what the person has set stays', () => {
  const flags = '--tf_xla_persistent_cache_directory=/mine';
  const own = {
    SMOL_CACHE: '/cache',
    TF_CPP_MIN_LOG_LEVEL: '0',
    SMOL_TF_SESSION_CONFIG: '',
    TF_CPU_ALLOCATOR_USE_BFC: 'false',
    TF_XLA_FLAGS: flags,
  };
  const env = { ...own };
  prepareEnvironment(env);
  expect(env).toEqual(own);
  const other: Record<string, string | undefined> = { SMOL_CACHE: '/cache', TF_XLA_FLAGS: '--tf_xla_cpu_global_jit' };
  prepareEnvironment(other);
  expect(other.TF_XLA_FLAGS).toMatch(/^--tf_xla_cpu_global_jit --tf_xla_persistent_cache_directory=/);
});

test('a cache folder with a space in its name goes without compiled programs', () => {
  const env: Record<string, string | undefined> = { SMOL_CACHE: '/my cache' };
  prepareEnvironment(env);
  expect(env.TF_XLA_FLAGS).toBeUndefined();
});

test('the oldest files go when a folder takes too much', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'smol-prune-test-'));
  for (const [name, age] of Object.entries({ newest: 1, middle: 2, oldest: 3 })) {
    writeFileSync(path.join(folder, name), 'x'.repeat(100));
    utimesSync(path.join(folder, name), 1000 - age, 1000 - age);
  }
  expect(await folderBytes(folder)).toBe(300);
  await pruneFolder(folder, 300);
  expect(readdirSync(folder).length).toBe(3);
  await pruneFolder(folder, 250);
  expect(readdirSync(folder).sort()).toEqual(['middle', 'newest']);
  await pruneFolder(path.join(folder, 'missing'), 0);
  rmSync(folder, { recursive: true });
});
