import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineInstallError } from '../../../../runtime/engine/engine-error.ts';
import { findEngine } from '../../../../runtime/engine/find-engine.ts';
import { fetchCuda } from '../../../../runtime/engine/install/fetch-cuda.ts';
import { verifyWheel } from '../../../../runtime/engine/install/fetch-wheel.ts';
import { findCompiler } from '../../../../runtime/engine/install/find-compiler.ts';
import { findPython } from '../../../../runtime/engine/install/find-python.ts';
import { type InstallEvent, installEngine } from '../../../../runtime/engine/install/install-engine.ts';
import { readManifest } from '../../../../runtime/engine/install/manifest.ts';
import { ENGINE_VARIANTS, engineFolder } from '../../../../runtime/engine/install/variant.ts';
import { engineKey } from '../../../../runtime/engine/install/versions.ts';
import { nvidiaDriver } from '../../../../runtime/engine/nvidia-driver.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smol-install-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program that behaves as `script` (a shell script) says. */
function program(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** A Python that answers the probe, and does `pip` when it is asked to download. */
const python = (pip: string) => program('python', `case "$1" in -c) printf '3.99.0\\n77.0\\n';; -m) ${pip};; esac`);

async function failure(work: Promise<unknown>): Promise<EngineInstallError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineInstallError);
  return error as EngineInstallError;
}

const environment = (more: Record<string, string>) => ({
  ...process.env,
  SMOL_CACHE: path.join(folder, 'cache'),
  ...more,
});

describe('what an installation needs', () => {
  test('no Python', async () => {
    const error = await failure(findPython({ env: { PATH: folder } }));
    expect(error).toMatchObject({ kind: 'python', exitCode: 3 });
    expect(error.message).toContain('no Python 3 was found');
    expect(error.help).toContain('python3-pip');
  });

  test('a Python without pip is named', async () => {
    program('python3', 'echo 3.12.1; exit 1');
    const error = await failure(findPython({ env: { PATH: folder } }));
    expect(error.message).toContain('`python3` (3.12.1) has no pip');
    expect(error.help).toContain('install pip');
  });

  test('Python 2 is no Python 3', async () => {
    const two = program('two', "printf '2.7.18\\n20.3\\n'");
    const error = await failure(findPython({ env: { ...process.env, SMOL_PYTHON: two } }));
    expect(error.message).toContain('`SMOL_PYTHON` is');
  });

  test('no compiler', async () => {
    const error = await failure(findCompiler({ env: { PATH: folder } }));
    expect(error).toMatchObject({ kind: 'compiler' });
    const asked = await failure(findCompiler({ env: { ...process.env, CXX: '/nonexistent/c++' } }));
    expect(asked.message).toContain('`CXX` is `/nonexistent/c++`');
  });

  test('a damaged wheel', async () => {
    const file = path.join(folder, 'a.whl');
    writeFileSync(file, 'abc');
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    await verifyWheel(file, abc);
    const error = await failure(verifyWheel(file, abc.replace('b', 'c')));
    expect(error).toMatchObject({ kind: 'hash' });
    expect(error.message).toContain(abc);
  });
});

describe('installing', () => {
  const leftovers = () => readdirSync(path.join(folder, 'cache', 'engine'));

  test('a failed download names the reason, and leaves nothing behind', async () => {
    const env = environment({ SMOL_PYTHON: python('echo "ERROR: No matching distribution found" >&2; exit 1') });
    const events: InstallEvent[] = [];
    const error = await failure(installEngine({ env, report: (event) => events.push(event) }));
    expect(error).toMatchObject({ kind: 'download' });
    expect(error.message).toContain('No matching distribution found');
    expect(events.filter(({ kind }) => kind === 'end').length).toBe(2);
    expect(leftovers()).toEqual([]);
  });

  test('a replaced wheel is refused before anything of it is used', async () => {
    const script = 'while [ "$1" != --dest ]; do shift; done; echo evil > "$2/tensorflow.whl"';
    const error = await failure(installEngine({ env: environment({ SMOL_PYTHON: python(script) }) }));
    expect(error).toMatchObject({ kind: 'hash' });
    expect(leftovers()).toEqual([]);
  });

  test("NVIDIA's libraries are asked for with their hashes, and a failure names them", async () => {
    const asked = path.join(folder, 'asked');
    const pip = `case "$*" in *--require-hashes*) for word; do last=$word; done; cp "$last" ${asked}; echo "ERROR: hash mismatch" >&2; exit 1;; esac`;
    const python3 = { program: python(pip), version: '3.99.0', pip: '77.0' };
    mkdirSync(path.join(folder, 'engine'));
    const { versions } = ENGINE_VARIANTS.gpu;
    const error = await failure(fetchCuda(python3, versions, path.join(folder, 'engine'), { env: environment({}) }));
    expect(error).toMatchObject({ kind: 'download' });
    expect(error.message).toContain('hash mismatch');
    expect(error.help).toContain('smol engine install --gpu');
    const lines = readFileSync(asked, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(versions.cuda!.length);
    for (const line of lines) expect(line).toMatch(/^nvidia-[a-z-]+-cu12==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
  });

  test('engines of both devices live side by side, and the one for GPUs is taken where there is a driver', () => {
    const env = environment({});
    const { cpu, gpu } = ENGINE_VARIANTS;
    expect(cpu.key).not.toBe(gpu.key);
    expect(findEngine(env)).toMatchObject({ variant: { device: 'cpu' }, problem: 'it is not installed' });
    const place = engineFolder(env, gpu);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'manifest.json'), JSON.stringify({ key: gpu.key, tfjsNode: null, files: [] }));
    expect(findEngine(env)).toMatchObject({ variant: { device: 'gpu' }, folder: place });
    expect(findEngine({ ...env, SMOL_DEVICE: 'cpu' })).toMatchObject({ problem: 'it is not installed' });
    const both = engineFolder(env, cpu);
    mkdirSync(both, { recursive: true });
    writeFileSync(path.join(both, 'manifest.json'), JSON.stringify({ key: cpu.key, tfjsNode: null, files: [] }));
    const device = nvidiaDriver() === null ? 'cpu' : 'gpu';
    expect(findEngine(env)).toMatchObject({ variant: { device } });
    expect(findEngine({ ...env, SMOL_DEVICE: 'gpu' })).toMatchObject({ variant: { device: 'gpu' } });
  });

  test('an interruption ends the running program and cleans up', async () => {
    const started = path.join(folder, 'started');
    const env = environment({ SMOL_PYTHON: python(`echo > ${started}; sleep 60`) });
    const controller = new AbortController();
    const installation = failure(installEngine({ env, signal: controller.signal }));
    while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    expect(await installation).toMatchObject({ kind: 'interrupted', exitCode: 130 });
    expect(leftovers()).toEqual([]);
  });

  test('a cache that cannot be written says where', async () => {
    writeFileSync(path.join(folder, 'cache'), 'a file');
    const error = await failure(installEngine({ env: environment({}) }));
    expect(error).toMatchObject({ kind: 'disk' });
    expect(error.help).toContain('SMOL_CACHE');
  });

  test('an engine that is there is found at once, and one with a damaged file is not', async () => {
    const env = environment({ SMOL_PYTHON: python('exit 1') });
    const engine = engineFolder(env);
    mkdirSync(engine, { recursive: true });
    expect(readManifest(engine)).toEqual({ problem: 'it is not installed' });
    writeFileSync(path.join(engine, 'library'), '12345');
    const manifest = { key: engineKey(), files: [{ name: 'library', bytes: 5, sha256: '' }] };
    writeFileSync(path.join(engine, 'manifest.json'), JSON.stringify(manifest));
    expect(await installEngine({ env })).toMatchObject({ folder: engine, found: true });
    writeFileSync(path.join(engine, 'library'), '123');
    expect(readManifest(engine)).toEqual({ problem: '`library` has 3 bytes instead of 5' });
    expect(await failure(installEngine({ env }))).toMatchObject({ kind: 'download' });
  });
});
