import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { EngineError } from './engine-error.ts';
import { type EngineStatus, engineStatus } from './engine-status.ts';
import { folderBytes } from './folder-bytes.ts';
import { findCompiler } from './install/find-compiler.ts';
import { type FindOptions, findPython } from './install/find-python.ts';
import { proveAddon } from './install/prove-addon.ts';
import { ENGINE_VARIANTS } from './install/variant.ts';
import { nvidiaDriver, nvidiaGpus } from './nvidia-driver.ts';

/** One thing that was looked at. `missing` is in the way of something; `note` is worth knowing; both come with help. */
export interface MachineCheck {
  readonly name: string;
  readonly state: 'good' | 'note' | 'missing';
  readonly detail: string;
  readonly help: string | null;
  /** Bytes, where the check is a size. */
  readonly bytes: number | null;
}

export interface MachineReport {
  /** What a run would compute with. */
  readonly training: 'compiled' | 'fallback' | 'none';
  readonly engine: EngineStatus;
  readonly checks: readonly MachineCheck[];
}

const good = (name: string, detail: string, bytes: number | null = null): MachineCheck => ({
  name,
  state: 'good',
  detail,
  help: null,
  bytes,
});

/** Looks at everything that a run or an installation needs. Loads the engine in a child process; changes nothing. */
export async function examineMachine(options: FindOptions): Promise<MachineReport> {
  const engine = engineStatus(options.env);
  const { check: compiled, usesGpu } = await engineCheck(engine, options);
  const wasm = await wasmCheck();
  const ready = compiled.state === 'good';
  const checks = [
    nodeCheck(),
    compiled,
    gpuCheck(engine, usesGpu),
    await toolCheck('Python 3 with pip', ready, async () => {
      const { program, version, pip } = await findPython(options);
      return `${program} ${version}, pip ${pip}`;
    }),
    await toolCheck('C++ compiler', ready, async () => (await findCompiler(options)).version),
    wasm,
    await tokenizerCheck(),
    good(
      'processor',
      `${engine.threads} threads; ${engine.vectorInstructions.join(', ') || 'no vector instructions known'}`,
    ),
    ...(await spaceChecks(options.env, ready)),
  ];
  const training = ready ? 'compiled' : wasm.state === 'good' ? 'fallback' : 'none';
  return { training, engine, checks };
}

function nodeCheck(): MachineCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const detail = `${process.versions.node} on ${process.platform} ${process.arch}`;
  if (major > 20 || (major === 20 && minor >= 11)) return good('Node.js', detail);
  return { ...good('Node.js', detail), state: 'missing', help: 'install Node.js 20.11 or newer' };
}

async function engineCheck(
  engine: EngineStatus,
  options: FindOptions,
): Promise<{ readonly check: MachineCheck; readonly usesGpu: boolean }> {
  const name = 'compiled engine';
  const { variant } = engine;
  const missing = (detail: string, help: string) => ({
    check: { name, state: 'missing' as const, detail, help, bytes: null },
    usesGpu: false,
  });
  if (!engine.installed) {
    return missing(`${engine.problem}`, `run \`${variant.installCommand}\`; until then, runs fall back to WebAssembly`);
  }
  try {
    const { usesGpu } = await proveAddon(path.join(engine.folder, variant.libraryFolder), options);
    const build = `TensorFlow ${variant.versions.tensorflow}${variant.device === 'gpu' ? ' with CUDA' : ''}`;
    return { check: good(name, `${build}, ${engine.folder}`), usesGpu };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return missing(error.message, error.help);
  }
}

/** A GPU that is not used is worth a word; a machine without one is no worse for it. */
function gpuCheck({ installed, variant }: EngineStatus, usesGpu: boolean): MachineCheck {
  const driver = nvidiaDriver();
  const gpus = [driver, ...nvidiaGpus()].join(', ');
  const note = (detail: string, help: string): MachineCheck => ({ ...good('GPU', detail), state: 'note', help });
  const forGpu = installed && variant.device === 'gpu';
  if (driver === null) {
    if (!forGpu) return good('GPU', 'no NVIDIA driver is loaded; runs compute on the processor');
    return note('no NVIDIA driver is loaded: the engine for GPUs computes on the processor', NO_DRIVER);
  }
  if (!forGpu) return note(`${gpus}: not used by the engine for processors`, INSTALL_FOR_GPU);
  if (usesGpu) return good('GPU', `${gpus}: used`);
  return note(`${gpus}: TensorFlow does not find it`, NOT_FOUND);
}

const NO_DRIVER =
  'install the driver (`nvidia-smi` must work), or take the engine for processors: `smol engine install`';
const INSTALL_FOR_GPU = 'run `smol engine install --gpu`; `SMOL_DEVICE=cpu` keeps runs on the processor';
const NOT_FOUND =
  'the driver must be of CUDA 12.9 or newer, and its libcuda.so.1 must be found (in a container: run it with its GPUs)';

/** Python and the compiler are needed for an installation only. */
async function toolCheck(name: string, engineReady: boolean, find: () => Promise<string>): Promise<MachineCheck> {
  try {
    return good(name, await find());
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { name, state: engineReady ? 'note' : 'missing', detail: error.message, help: error.help, bytes: null };
  }
}

async function wasmCheck(): Promise<MachineCheck> {
  const name = 'WebAssembly engine';
  try {
    const { loadFallbackEngine } = await import('./fallback.ts');
    await loadFallbackEngine();
    return good(name, 'works (the fallback, about 20 times slower)');
  } catch (error) {
    const detail = (error as Error).message.split('\n')[0] ?? '';
    return { name, state: 'missing', detail, help: 'run `npm install` again', bytes: null };
  }
}

async function tokenizerCheck(): Promise<MachineCheck> {
  const name = 'tokenizers package';
  try {
    await import('tokenizers');
    return good(name, 'loads');
  } catch (error) {
    const detail = (error as Error).message.split('\n')[0] ?? '';
    return { name, state: 'missing', detail, help: 'run `npm install` again', bytes: null };
  }
}

async function spaceChecks(env: FindOptions['env'], engineReady: boolean): Promise<MachineCheck[]> {
  const cache = cacheFolder(env);
  const used = await folderBytes(cache);
  const { bavail, bsize } = await statfs(nearestFolder(cache));
  const free = bavail * bsize;
  const disk = good('free disk for the cache', '', free);
  const scarce = !engineReady && free < ENGINE_VARIANTS.cpu.installBytes;
  return [
    good('cache', cache, used),
    scarce
      ? { ...disk, state: 'missing', help: 'the installation needs 1.5 GB: free some, or set `SMOL_CACHE`' }
      : disk,
    good('free memory', '', freemem()),
    good('memory', '', totalmem()),
  ];
}

function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(path.dirname(folder));
}
