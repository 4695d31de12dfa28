import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineInstallError } from '../engine-error.ts';
import { ADDON_PRELUDE } from './addon-prelude.ts';
import type { Compiler } from './find-compiler.ts';
import type { FindOptions } from './find-python.ts';
import type { PackageSources } from './package-sources.ts';
import { runProcess } from './run-process.ts';
import { ADDON_FILE, ENGINE_VERSIONS, LIBRARIES } from './versions.ts';

const SOURCES = ['tfjs_backend', 'tfjs_binding'];

/**
 * Compiles TensorFlow.js's addon against the libraries in `libraryFolder`, beside them; objects go to `folder/headers`. The
 * run path is `$ORIGIN`, so that the folder can be renamed into place.
 */
export async function compileAddon(
  compiler: Compiler,
  sources: PackageSources,
  folder: string,
  libraryFolder: string,
  includeFolder: string,
  options: FindOptions,
): Promise<void> {
  const prelude = path.join(folder, 'headers', 'prelude.h');
  await writeFile(prelude, ADDON_PRELUDE);
  const binding = path.join(sources.tfjsNode, 'binding');
  const includes = [path.join(sources.nodeApiHeaders, 'include'), includeFolder, binding, sources.tfjsNode];
  const flags = ['-std=c++17', '-O2', '-fPIC', '-w', `-DNAPI_VERSION=${ENGINE_VERSIONS.nodeApi}`, '-include', prelude];
  const objects = SOURCES.map((name) => path.join(folder, 'headers', `${name}.o`));
  const compileOne = (name: string, index: number) =>
    compile(
      compiler,
      [
        ...flags,
        ...includes.map((at) => `-I${at}`),
        '-c',
        path.join(binding, `${name}.cc`),
        '-o',
        objects[index] ?? '',
      ],
      options,
    );
  await Promise.all(SOURCES.map(compileOne));
  const libraries = LIBRARIES.map((library) => `-l:${library}`);
  const link = ['-shared', ...objects, `-L${libraryFolder}`, ...libraries, '-Wl,-rpath,$ORIGIN'];
  await compile(compiler, [...link, '-o', path.join(libraryFolder, ADDON_FILE)], options);
}

async function compile(compiler: Compiler, args: readonly string[], options: FindOptions): Promise<void> {
  const result = await runProcess(compiler.program, args, options);
  if (result.code === 0) return;
  const lines = result.stderr.split('\n');
  const reason = (lines.find((line) => /error|cannot|undefined/.test(line)) ?? lines[0] ?? '').trim();
  throw new EngineInstallError(
    'compile',
    `\`${compiler.program}\` (${compiler.version}) could not compile the addon: ${reason || 'no reason given'}`,
    'use g++ 9 or newer, or clang++ 10 or newer (name it in `CXX`), then run `smol engine install` again',
  );
}
