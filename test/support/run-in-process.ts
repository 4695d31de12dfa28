import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

const child = join(import.meta.dirname, 'run-child.ts');

/** Runs `smol run` in a process that dies at `moment` (see run-child.ts). */
export async function runInProcess(folder: string, moment: string, words: readonly string[], env = {}) {
  const running = spawn(process.execPath, ['--import', 'tsx', child, folder, moment, ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  running.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [exitCode, signal] = await once(running, 'close');
  return { exitCode, signal, stderr };
}
