import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineInstallError } from '../engine-error.ts';
import type { FindOptions, Python } from './find-python.ts';
import { runProcess } from './run-process.ts';
import type { EngineVersions } from './versions.ts';

/** Downloads TensorFlow's pinned wheel with pip into `folder`, checks its SHA-256 and returns its path. */
export async function fetchWheel(
  python: Python,
  versions: EngineVersions,
  folder: string,
  options: FindOptions,
): Promise<string> {
  const requirement = `${versions.wheelPackage}==${versions.tensorflow}`;
  const platforms = [String(versions.wheelPlatform)];
  const args = pipDownload(versions, platforms, folder, [requirement]);
  const result = await runProcess(python.program, args, options);
  if (result.code !== 0) {
    throw new EngineInstallError(
      'download',
      `pip could not download \`${requirement}\`: ${pipReason(result.stderr)}`,
      'check that pip reaches its index (`python3 -m pip download --no-deps six`), then run `smol engine install` again',
    );
  }
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (!name) throw new EngineInstallError('download', `pip downloaded no wheel of \`${requirement}\``, 'run it again');
  const wheel = path.join(folder, name);
  await verifyWheel(wheel, String(versions.wheelSha256));
  return wheel;
}

/** Arguments of Python that have pip download wheels, of just these packages and for these platforms, into `folder`. */
export function pipDownload(
  { wheelPython }: EngineVersions,
  platforms: readonly string[],
  folder: string,
  wanted: readonly string[],
): string[] {
  const target = ['--python-version', String(wheelPython), ...platforms.flatMap((each) => ['--platform', each])];
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--no-cache-dir'];
  const exact = ['--no-deps', '--only-binary=:all:', '--implementation', 'cp'];
  return ['-m', 'pip', 'download', ...quiet, ...exact, ...target, '--dest', folder, ...wanted];
}

/** Throws `EngineInstallError('hash')` when the file is not the one that was pinned. */
export async function verifyWheel(file: string, expected: string): Promise<void> {
  const actual = await sha256File(file);
  if (actual === expected) return;
  throw new EngineInstallError(
    'hash',
    `\`${path.basename(file)}\` has SHA-256 ${actual}, but ${expected} was expected`,
    'the download was damaged or replaced on its way: run `smol engine install` again, and check the pip index if it repeats',
  );
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function sha256File(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** What pip said last about a failure. */
export function pipReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(ERROR|error|.*Errno|.*No space)/.test(line.trim()));
  return (lines.at(-1) ?? stderr.trim().split('\n').at(-1) ?? '').trim() || 'no reason given';
}
