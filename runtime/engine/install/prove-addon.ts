import path from 'node:path';
import { EngineInstallError } from '../engine-error.ts';
import type { FindOptions } from './find-python.ts';
import { runProcess } from './run-process.ts';
import { ADDON_FILE, ENGINE_VERSIONS } from './versions.ts';

/** Loads the addon in a child process (a bad library may end it) and adds two numbers with TensorFlow. */
const PROOF = `const addon = require(process.argv[1]);
const tensor = (value) => addon.createTensor([], addon.TF_FLOAT, new Float32Array([value]));
const type = [{ name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT }];
const [sum] = addon.executeOp('AddV2', type, [tensor(2), tensor(3)], 1);
console.log(addon.TF_Version, addon.tensorDataSync(sum.id)[0], addon.isUsingGpuDevice());`;

/**
 * Throws `EngineInstallError('load')` unless the addon in `folder` loads, is the pinned TensorFlow and computes 2 + 3. Tells
 * whether it computes on a GPU.
 */
export async function proveAddon(folder: string, options: FindOptions): Promise<{ readonly usesGpu: boolean }> {
  const env = { ...options.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const result = await runProcess(process.execPath, ['-e', PROOF, path.join(folder, ADDON_FILE)], { ...options, env });
  const last = result.stdout.trim().split('\n').at(-1);
  const [version, sum, usesGpu] = (last ?? '').split(' ');
  if (result.code === 0 && version === ENGINE_VERSIONS.tensorflow && sum === '5')
    return { usesGpu: usesGpu === 'true' };
  const reason = result.stderr.split('\n').find((line) => /error|cannot|illegal/i.test(line)) ?? last;
  throw new EngineInstallError(
    'load',
    `the engine was built but does not run (exit ${result.code}): ${reason?.trim() || 'no reason given'}`,
    'a processor without AVX or a C library older than 2.27 cannot run it; `smol doctor` shows both',
  );
}
