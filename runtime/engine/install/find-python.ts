import { EngineInstallError } from '../engine-error.ts';
import { runProcess } from './run-process.ts';

export interface Python {
  readonly program: string;
  readonly version: string;
  readonly pip: string;
}

const CANDIDATES = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'];

const PROBE = `import sys, zipfile, hashlib
print("%d.%d.%d" % sys.version_info[:3])
import pip
print(pip.__version__)`;

export interface FindOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * The first Python 3 with pip: `$SMOL_PYTHON`, then the usual names on the path. Any version will do, since pip is told
 * which wheel to fetch. Throws `EngineInstallError` that says what was found and what to install.
 */
export async function findPython(options: FindOptions): Promise<Python> {
  const asked = options.env.SMOL_PYTHON;
  const seen: string[] = [];
  for (const program of asked ? [asked] : CANDIDATES) {
    const result = await runProcess(program, ['-c', PROBE], options);
    const [version, pip] = result.stdout.trim().split('\n');
    if (result.code === 0 && version?.startsWith('3.') && pip) return { program, version, pip };
    if (version?.startsWith('3.')) seen.push(`\`${program}\` (${version}) has no pip`);
  }
  const help = seen.length
    ? 'install pip for it (Debian, Ubuntu: `apt-get install python3-pip`) or name another Python in `SMOL_PYTHON`'
    : 'install Python 3 with pip (Debian, Ubuntu: `apt-get install python3 python3-pip`) or name one in `SMOL_PYTHON`';
  const message = asked
    ? `\`SMOL_PYTHON\` is \`${asked}\`, which is not a Python 3 with pip`
    : seen.length
      ? `no Python 3 with pip was found: ${seen.join(', ')}`
      : `no Python 3 was found (looked for ${CANDIDATES.slice(0, 2)
          .map((name) => `\`${name}\``)
          .join(', ')})`;
  throw new EngineInstallError('python', message, help);
}
