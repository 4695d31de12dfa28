import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The NVIDIA driver of this machine, as far as it can be seen without loading anything; null without one. */
export function nvidiaDriver(): string | null {
  try {
    const version = /Kernel Module.*?\s(\d+[.\d]*)\s/.exec(readFileSync('/proc/driver/nvidia/version', 'utf8'))?.[1];
    return version === undefined ? 'NVIDIA driver' : `NVIDIA driver ${version}`;
  } catch {
    // Windows' subsystem for Linux and some containers show the device only.
    return existsSync('/dev/nvidiactl') || existsSync('/dev/dxg') ? 'NVIDIA driver' : null;
  }
}

/** Models of the GPUs that the driver knows, as it names them; empty where it does not say. */
export function nvidiaGpus(): readonly string[] {
  const folder = '/proc/driver/nvidia/gpus';
  try {
    return readdirSync(folder).map((gpu) => {
      const text = readFileSync(`${folder}/${gpu}/information`, 'utf8');
      return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'NVIDIA GPU';
    });
  } catch {
    return [];
  }
}
