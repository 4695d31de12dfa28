import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineInstallError } from '../engine-error.ts';
import { pipDownload, pipReason } from './fetch-wheel.ts';
import type { FindOptions, Python } from './find-python.ts';
import { runProcess } from './run-process.ts';
import type { CudaPackage, EngineVersions } from './versions.ts';

/** NVIDIA tags its wheels by different C libraries; every one of these is older than what TensorFlow itself asks for. */
const PLATFORMS = [
  'manylinux_2_27_x86_64',
  'manylinux2014_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2010_x86_64',
  'manylinux_2_12_x86_64',
];

/** Unpacks libraries and programs of the wheels, without headers and static libraries; programs stay executable. */
const UNPACK = `import glob, os, shutil, stat, sys, zipfile
folder, target = sys.argv[1], sys.argv[2]
for wheel in sorted(glob.glob(os.path.join(folder, "*.whl"))):
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = member.filename
            parts = name.split("/")
            if not name.startswith("nvidia/") or name.endswith("/") or name.endswith(".a") or "include" in parts:
                continue
            place = archive.extract(member, target)
            if "bin" in parts:
                os.chmod(place, os.stat(place).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    os.remove(wheel)
`;

/**
 * Downloads NVIDIA's pinned packages with pip, which checks their SHA-256, and unpacks them to `folder/nvidia`. Throws
 * `EngineInstallError`.
 */
export async function fetchCuda(
  python: Python,
  versions: EngineVersions,
  folder: string,
  options: FindOptions,
): Promise<void> {
  const download = path.join(folder, 'cuda');
  await mkdir(download);
  const requirements = path.join(download, 'requirements.txt');
  await writeFile(requirements, (versions.cuda ?? []).map(requirement).join(''));
  const wanted = ['--require-hashes', '--requirement', requirements];
  const fetched = await runProcess(python.program, pipDownload(versions, PLATFORMS, download, wanted), options);
  if (fetched.code !== 0) {
    throw new EngineInstallError(
      'download',
      `pip could not download NVIDIA's libraries: ${pipReason(fetched.stderr)}`,
      'check that pip reaches its index (`python3 -m pip download --no-deps six`), then run `smol engine install --gpu` again',
    );
  }
  const unpacked = await runProcess(python.program, ['-c', UNPACK, download, folder], options);
  if (unpacked.code !== 0) {
    const reason = unpacked.stderr.trim().split('\n').at(-1) || 'no reason given';
    throw new EngineInstallError(
      'unpack',
      `NVIDIA's libraries could not be unpacked: ${reason}`,
      'check free space and permissions of the cache folder (`smol doctor` shows both), then run `smol engine install --gpu` again',
    );
  }
  await rm(download, { recursive: true, force: true });
}

function requirement({ name, version, sha256 }: CudaPackage): string {
  return `${name}==${version} --hash=sha256:${sha256}\n`;
}
