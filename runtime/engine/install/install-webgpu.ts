import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolders } from '../../run-folder/make-folders.ts';
import { cacheFolder } from '../cache-folder.ts';
import { EngineInstallError } from '../engine-error.ts';
import { withLock } from './folder-lock.ts';
import type { InstallEvent, InstallResult } from './install-engine.ts';
import { runProcess } from './run-process.ts';

/** The npm packages of the WebGPU engine: Dawn for Node.js, and TensorFlow.js's backend on it. */
export const WEBGPU_PACKAGES = { webgpu: '0.6.2', '@tensorflow/tfjs-backend-webgpu': '4.22.0' } as const;

export interface WebgpuInstallOptions {
  readonly force?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly report?: (event: InstallEvent) => void;
}

/** Where the WebGPU engine lives: `CACHE/engine/webgpu-VERSION-DIGEST`. */
export function webgpuFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const digest = createHash('sha256').update(JSON.stringify(WEBGPU_PACKAGES)).digest('hex').slice(0, 8);
  return path.join(cacheFolder(env), 'engine', `webgpu-${WEBGPU_PACKAGES.webgpu}-${digest}`);
}

/**
 * Fetches the packages with npm into the cache, without install scripts, and keeps the library of this platform only. Throws
 * `EngineInstallError`; leaves nothing half-made behind.
 */
export async function installWebgpu(options: WebgpuInstallOptions): Promise<InstallResult> {
  const { env, force = false, signal, report } = options;
  const folder = webgpuFolder(env);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  return withLock(
    `${folder}.lock`,
    async () => {
      if (!force && existsSync(folder)) return { folder, found: true, seconds: seconds() };
      const step = 'download WebGPU for Node.js';
      report?.({ kind: 'begin', step });
      await fetchInto(folder, { env, ...(signal ? { signal } : {}) });
      report?.({ kind: 'end', step, detail: 'done', seconds: seconds() });
      return { folder, found: false, seconds: seconds() };
    },
    { ...(signal ? { signal } : {}), onWait: (holder) => report?.({ kind: 'waiting', holder }) },
  );
}

async function fetchInto(folder: string, options: Parameters<typeof runProcess>[2]): Promise<void> {
  const aside = path.join(path.dirname(folder), '.building-webgpu');
  await rm(aside, { recursive: true, force: true });
  makeFolders(aside);
  try {
    await writeFile(path.join(aside, 'package.json'), '{ "private": true }\n');
    const names = Object.entries(WEBGPU_PACKAGES).map(([name, version]) => `${name}@${version}`);
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--save-exact'];
    const result = await runProcess('npm', ['install', ...quiet, ...names], { ...options, cwd: aside });
    if (result.code !== 0) {
      const reason = result.stderr.split('\n').find((line) => line.startsWith('npm error')) ?? 'no reason given';
      throw new EngineInstallError(
        'packages',
        `npm could not fetch the WebGPU engine: ${reason}`,
        'check that npm reaches its registry (`npm ping`), then run `smol engine install --webgpu` again',
      );
    }
    await keepThisPlatform(path.join(aside, 'node_modules', 'webgpu', 'dist'));
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** The package brings libraries of every platform, 130 MB. */
async function keepThisPlatform(folder: string): Promise<void> {
  const own = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
  const names = await readdir(folder);
  if (!names.includes(own)) {
    throw new EngineInstallError(
      'platform',
      `there is no WebGPU library for ${process.platform} on ${process.arch}`,
      'small recipes run on the WebAssembly engine without any installation',
    );
  }
  const others = names.filter((name) => name !== own && /^(darwin|linux|win32)-/.test(name));
  await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}
