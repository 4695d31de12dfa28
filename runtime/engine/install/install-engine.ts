import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { makeFolders } from '../../run-folder/make-folders.ts';
import { EngineInstallError } from '../engine-error.ts';
import { compileAddon } from './compile-addon.ts';
import { fetchCuda } from './fetch-cuda.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { type Compiler, findCompiler } from './find-compiler.ts';
import { type FindOptions, findPython, type Python } from './find-python.ts';
import { withLock } from './folder-lock.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { findPackageSources, installedPackage } from './package-sources.ts';
import { proveAddon } from './prove-addon.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { ENGINE_VARIANTS, type EngineDevice, type EngineVariant, engineFolder } from './variant.ts';
import { ENGINE_VERSIONS } from './versions.ts';

/** What the person sees: a step begins, a step ended after `seconds`, or another process is waited for. */
export type InstallEvent =
  | { readonly kind: 'begin'; readonly step: string }
  | { readonly kind: 'end'; readonly step: string; readonly detail: string; readonly seconds: number }
  | { readonly kind: 'waiting'; readonly holder: string };

export interface InstallOptions {
  /** What the engine computes on; `cpu` unless given. */
  readonly device?: EngineDevice;
  /** Build again although a complete engine is there. */
  readonly force?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly report?: (event: InstallEvent) => void;
}

export interface InstallResult {
  readonly folder: string;
  /** It was there already and nothing was done. */
  readonly found: boolean;
  readonly seconds: number;
}

/**
 * Installs the compiled engine into the per-user cache: wheel by pip (hash pinned), two libraries out of it, addon compiled,
 * proved in a child process, renamed into place. Throws `EngineInstallError`; leaves nothing half-made behind.
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  const env = options.env ?? process.env;
  const variant = ENGINE_VARIANTS[options.device ?? 'cpu'];
  const folder = engineFolder(env, variant);
  const started = performance.now();
  const done = (found: boolean) => ({ folder, found, seconds: (performance.now() - started) / 1000 });
  if (!options.force && 'manifest' in readManifest(folder, variant)) return done(true);
  requirePlatform();
  const work = async () => {
    if (!options.force && 'manifest' in readManifest(folder, variant)) return done(true);
    await build(folder, variant, env, options);
    return done(false);
  };
  try {
    return await withLock(`${folder}.lock`, work, {
      ...(options.signal ? { signal: options.signal } : {}),
      onWait: (holder) => options.report?.({ kind: 'waiting', holder }),
    });
  } catch (error) {
    throw namedError(error, folder, variant, options.signal);
  }
}

async function build(
  folder: string,
  variant: EngineVariant,
  env: Readonly<Record<string, string | undefined>>,
  options: InstallOptions,
): Promise<void> {
  const aside = path.join(path.dirname(folder), `.building-${variant.device}`);
  await rm(aside, { recursive: true, force: true });
  makeFolders(aside);
  try {
    await requireSpace(aside, variant);
    await buildInto(
      aside,
      variant,
      { env, ...(options.signal ? { signal: options.signal } : {}) },
      stepper(options.report),
    );
    options.signal?.throwIfAborted();
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

type Step = <T>(name: string, work: () => Promise<T>, detail?: (value: T) => string) => Promise<T>;

async function buildInto(aside: string, variant: EngineVariant, find: FindOptions, step: Step): Promise<void> {
  const python = await step(
    'find Python 3 with pip',
    () => findPython(find),
    (it) => `${it.program} ${it.version}, pip ${it.pip}`,
  );
  const compiler = await step(
    'find a C++ compiler',
    () => findCompiler(find),
    (it) => it.version,
  );
  const libraries = path.join(aside, variant.libraryFolder);
  const include = await fetchLibraries(python, variant, aside, find, step);
  const sources = await step(
    'find the addon sources',
    () => findPackageSources(path.join(aside, 'npm'), find),
    () => `@tensorflow/tfjs-node-gpu ${ENGINE_VERSIONS.tfjsNode}`,
  );
  await step('compile the addon', () => compileAddon(compiler, sources, aside, libraries, include, find));
  await step(
    'load it and add two numbers',
    () => proveAddon(libraries, find),
    ({ usesGpu }) => (variant.device === 'cpu' ? 'works' : usesGpu ? 'works, on the GPU' : 'works; no GPU was found'),
  );
  await step('write the manifest', () => finish(aside, variant, compiler));
}

/** TensorFlow, and what it needs for GPUs; returns the folder of its headers. */
async function fetchLibraries(
  python: Python,
  variant: EngineVariant,
  aside: string,
  find: FindOptions,
  step: Step,
): Promise<string> {
  const { versions, downloads } = variant;
  const download = path.join(aside, 'download');
  await mkdir(download);
  const wheel = await step(
    `download TensorFlow ${versions.tensorflow} (${downloads.tensorflow})`,
    () => fetchWheel(python, versions, download, find),
    () => 'SHA-256 as pinned',
  );
  if (downloads.cuda !== null) {
    await step(
      `download and unpack NVIDIA's libraries (${downloads.cuda})`,
      () => fetchCuda(python, versions, aside, find),
      () => 'SHA-256 as pinned',
    );
  }
  const libraries = path.join(aside, variant.libraryFolder);
  makeFolders(libraries);
  return step('unpack two libraries', () => unpackAndDrop(python, wheel, aside, libraries, find));
}

async function unpackAndDrop(
  python: Python,
  wheel: string,
  aside: string,
  libraries: string,
  find: FindOptions,
): Promise<string> {
  const include = await unpackWheel(python, wheel, aside, libraries, find);
  await rm(path.dirname(wheel), { recursive: true, force: true });
  return include;
}

/** Drops headers and objects; keeps fetched packages only when the checkout has no `@tensorflow/tfjs-node-gpu`. */
async function finish(aside: string, variant: EngineVariant, compiler: Compiler): Promise<void> {
  await rm(path.join(aside, 'headers'), { recursive: true, force: true });
  const packages = path.join('npm', 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  const keep =
    installedPackage('@tensorflow/tfjs-node-gpu', ENGINE_VERSIONS.tfjsNode) === null &&
    existsSync(path.join(aside, packages));
  if (keep) await keepOnly(path.join(aside, 'npm', 'node_modules'), ['@tensorflow', 'google-protobuf']);
  if (keep) await keepOnly(path.dirname(path.join(aside, packages)), ['tfjs-node-gpu', 'tfjs', 'tfjs-core']);
  else await rm(path.join(aside, 'npm'), { recursive: true, force: true });
  await writeManifest(aside, variant, compiler, keep ? packages : null);
}

/** Of the packages that npm fetched along, the addon's scripts load these only. */
async function keepOnly(folder: string, names: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !names.includes(name));
  await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}

function stepper(report: InstallOptions['report']): Step {
  return async (name, work, detail) => {
    report?.({ kind: 'begin', step: name });
    const started = performance.now();
    const value = await work();
    const seconds = (performance.now() - started) / 1000;
    report?.({ kind: 'end', step: name, detail: detail?.(value) ?? 'done', seconds });
    return value;
  };
}

function requirePlatform(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new EngineInstallError(
    'platform',
    `the compiled engine exists for Linux on x64 only; this is ${process.platform} on ${process.arch}`,
    'small recipes run on the WebAssembly engine without any installation',
  );
}

async function requireSpace(folder: string, { installBytes }: EngineVariant): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= installBytes) return;
  throw new EngineInstallError(
    'disk',
    `\`${path.dirname(folder)}\` has ${Math.floor(free / 1e6)} MB free; the installation needs ${installBytes / 1e6} MB`,
    'free some space, or put the cache elsewhere with `SMOL_CACHE`',
  );
}

/** Gives system errors (permissions, full disk) and interruption a name and a help line. */
function namedError(error: unknown, folder: string, variant: EngineVariant, signal: AbortSignal | undefined): unknown {
  if (error instanceof EngineInstallError) return error;
  if (signal?.aborted) {
    return new EngineInstallError(
      'interrupted',
      'the installation was interrupted',
      `run \`${variant.installCommand}\` again`,
    );
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  return new EngineInstallError(
    'disk',
    `the engine cannot be written to \`${path.dirname(folder)}\`: ${(error as Error).message}`,
    'free some space or correct its permissions, or put the cache elsewhere with `SMOL_CACHE`',
    { cause: error },
  );
}
