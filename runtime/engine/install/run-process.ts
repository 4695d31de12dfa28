import { spawn } from 'node:child_process';

export interface ProcessResult {
  /** Exit code; 127 when the program could not be started, 128 + n when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The last characters of each stream are kept: errors stand at the end, and memory stays bounded. */
const KEPT = 20_000;

/**
 * Runs a program without a shell and waits for it. Never throws for a failing program; throws the signal's reason when
 * aborted, after the program and its children have been ended.
 */
export function runProcess(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string | undefined>>; signal?: AbortSignal } = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: { ...(options.env ?? process.env) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-KEPT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT);
    });
    const stop = () => endGroup(child.pid);
    options.signal?.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => {
      options.signal?.removeEventListener('abort', stop);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', stop);
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve({ code: code ?? (signal ? 128 : 1), stdout, stderr });
    });
  });
}

/** The child leads its own process group (`detached`), so compilers and pip's workers end with it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
