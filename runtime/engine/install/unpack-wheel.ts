import path from 'node:path';
import { EngineInstallError } from '../engine-error.ts';
import type { FindOptions, Python } from './find-python.ts';
import { runProcess } from './run-process.ts';
import { LIBRARIES } from './versions.ts';

/** What the addon's two sources include, of the 13,000 headers in the wheel. */
const HEADER_FOLDERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'];

/** Members are named one by one and written below `target`; a name that leaves it is refused by zipfile itself. */
const UNPACK = `import os, shutil, sys, zipfile
wheel, target, place, libraries, headers = sys.argv[1:4] + [words.split(",") for words in sys.argv[4:]]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.namelist():
        if member.endswith("/"):
            continue
        if member.startswith("tensorflow/include/") and any(member[19:].startswith(folder) for folder in headers):
            archive.extract(member, os.path.join(target, "headers"))
        elif member.startswith("tensorflow/") and member[11:] in libraries:
            with archive.open(member) as source, open(os.path.join(place, member[11:]), "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 22)
`;

/** Unpacks the two libraries into `libraryFolder` and the headers into `folder/headers`; returns the include folder. */
export async function unpackWheel(
  python: Python,
  wheel: string,
  folder: string,
  libraryFolder: string,
  options: FindOptions,
): Promise<string> {
  const args = ['-c', UNPACK, wheel, folder, libraryFolder, LIBRARIES.join(','), HEADER_FOLDERS.join(',')];
  const result = await runProcess(python.program, args, options);
  if (result.code !== 0) {
    const reason = result.stderr.trim().split('\n').at(-1) || 'no reason given';
    throw new EngineInstallError(
      'unpack',
      `the wheel could not be unpacked: ${reason}`,
      'check free space and permissions of the cache folder (`smol doctor` shows both), then run `smol engine install` again',
    );
  }
  return path.join(folder, 'headers', 'tensorflow', 'include');
}
