import { EngineInstallError } from '../engine-error.ts';
import type { FindOptions } from './find-python.ts';
import { runProcess } from './run-process.ts';

export interface Compiler {
  readonly program: string;
  /** First line of `--version`. */
  readonly version: string;
}

/** `$CXX`, else g++, else clang++. Throws `EngineInstallError` when none answers. */
export async function findCompiler(options: FindOptions): Promise<Compiler> {
  const asked = options.env.CXX?.trim();
  for (const program of asked ? [asked] : ['g++', 'clang++', 'c++']) {
    const result = await runProcess(program, ['--version'], options);
    if (result.code === 0) return { program, version: result.stdout.split('\n')[0]?.trim() ?? '' };
  }
  throw new EngineInstallError(
    'compiler',
    asked ? `\`CXX\` is \`${asked}\`, which cannot be run` : 'no C++ compiler was found (looked for `g++`, `clang++`)',
    'install one (Debian, Ubuntu: `apt-get install g++`) or name it in `CXX`',
  );
}
