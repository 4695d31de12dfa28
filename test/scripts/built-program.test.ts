import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

describe('the built program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-built-'));
  const smol = (...words: string[]) =>
    execFileSync(process.execPath, [join(folder, 'bin/smol.js'), ...words], { encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    for (const part of [
      'bin',
      'cli',
      'compiler',
      'grammar',
      'runtime',
      'scripts',
      'package.json',
      'examples/quickstart.smol',
    ])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps the compiled code of a command and answers the same with it', () => {
    const words = ['check', join(folder, 'examples/quickstart.smol')];
    const first = smol(...words);
    const [version] = readdirSync(join(folder, 'dist/compiled'));
    const kept = join(folder, 'dist/compiled', version!, 'check.bin');
    expect(existsSync(kept)).toBe(true);
    expect(smol(...words)).toBe(first);
    writeFileSync(kept, 'no code');
    expect(smol(...words)).toBe(first);
  });

  it('loads the runtime, which is a bundle of its own', () => {
    expect(smol('engine', 'show')).toMatch(/compiled engine/);
  });
});
