import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeFolders } from '../../run-folder/make-folders.ts';
import { EngineInstallError } from '../engine-error.ts';
import type { FindOptions } from './find-python.ts';
import { runProcess } from './run-process.ts';
import { ENGINE_VERSIONS } from './versions.ts';

export interface PackageSources {
  /** Folder of `@tensorflow/tfjs-node-gpu`: its `binding/*.cc` are compiled, its `dist/` is loaded. */
  readonly tfjsNode: string;
  /** Folder of `node-api-headers`. */
  readonly nodeApiHeaders: string;
}

/**
 * The two npm packages the addon is made of: from `node_modules` where the exact version is there, else fetched with npm
 * into `folder`, without install scripts.
 */
export async function findPackageSources(folder: string, options: FindOptions): Promise<PackageSources> {
  const wanted = {
    '@tensorflow/tfjs-node-gpu': ENGINE_VERSIONS.tfjsNode,
    'node-api-headers': ENGINE_VERSIONS.nodeApiHeaders,
  };
  const missing = Object.entries(wanted).filter(([name, version]) => installedPackage(name, version) === null);
  if (missing.length) await fetchPackages(folder, missing, options);
  const locate = (name: string, version: string) =>
    installedPackage(name, version) ?? path.join(folder, 'node_modules', name);
  return {
    tfjsNode: locate('@tensorflow/tfjs-node-gpu', wanted['@tensorflow/tfjs-node-gpu']),
    nodeApiHeaders: locate('node-api-headers', wanted['node-api-headers']),
  };
}

/** The folder of a package of exactly this version that this program can resolve, or null. */
export function installedPackage(name: string, version: string): string | null {
  for (const base of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const folder = path.join(base, name);
    if (existsSync(path.join(folder, 'package.json'))) return packageVersion(folder) === version ? folder : null;
  }
  return null;
}

/** The version a package folder states, or null when it cannot be read. */
export function packageVersion(folder: string): string | null {
  try {
    return (
      (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version?: string }).version ?? null
    );
  } catch {
    return null;
  }
}

async function fetchPackages(
  folder: string,
  packages: readonly (readonly [string, string])[],
  options: FindOptions,
): Promise<void> {
  makeFolders(folder);
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const names = packages.map(([name, version]) => `${name}@${version}`);
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--save-exact',
    ...names,
  ];
  const result = await runProcess('npm', args, { ...options, cwd: folder });
  if (result.code === 0) return;
  throw new EngineInstallError(
    'packages',
    `npm could not fetch ${names.map((name) => `\`${name}\``).join(' and ')}: ${lastLine(result.stderr)}`,
    'check that npm reaches its registry (`npm ping`), then run `smol engine install` again',
  );
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('complete log'));
  return (lines[0] ?? text.trim().split('\n').at(-1) ?? '').trim() || 'no reason given';
}
