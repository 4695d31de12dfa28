import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * A Python that has torch and transformers: `SMOL_PYTHON`, else `python3`; null where there is none, which is said on stderr,
 * since the comparison with transformers is left out then.
 */
export function transformersPython(): string | null {
  const python = process.env.SMOL_PYTHON ?? 'python3';
  const { status } = spawnSync(python, ['-c', 'import torch, transformers'], { timeout: 120_000 });
  if (status === 0) return python;
  process.stderr.write(`\nwarning: ${python} has no torch and transformers: comparisons with them are SKIPPED\n`);
  return null;
}
