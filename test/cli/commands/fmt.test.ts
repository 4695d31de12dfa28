import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { define } from '../../../cli/commands/fmt.ts';
import { runCommand, temporaryFolder } from '../../support/command-runner.ts';

const tidy = 'recipe a\nlanguage = 1\n';
const untidy = 'recipe   a\nlanguage=1\n';
const fmt = (words: readonly string[], cwd: string) => runCommand(define, words, cwd);

describe('smol fmt', () => {
  it('formats in place and leaves nothing beside', async () => {
    const folder = temporaryFolder({ 'a.smol': untidy });
    expect(await fmt(['a.smol'], folder.path)).toEqual({ exitCode: 0, out: 'a.smol: formatted\n', err: '' });
    expect(folder.read('a.smol')).toBe(tidy);
    expect(readdirSync(folder.path)).toEqual(['a.smol']);
  });

  it('does not write a file that is formatted already', async () => {
    const folder = temporaryFolder({ 'a.smol': tidy });
    utimesSync(join(folder.path, 'a.smol'), 1, 1);
    expect(await fmt(['a.smol'], folder.path)).toEqual({ exitCode: 0, out: '1 already formatted\n', err: '' });
    expect(statSync(join(folder.path, 'a.smol')).mtimeMs).toBe(1000);
  });

  it('only says what would change with --check', async () => {
    const folder = temporaryFolder({ 'a.smol': untidy, 'b.smol': tidy });
    const { exitCode, out } = await fmt(['a.smol', 'b.smol', '--check'], folder.path);
    expect(exitCode).toBe(1);
    expect(out).toBe('a.smol: would be formatted\n1 would be formatted, 1 already formatted\n');
    expect(folder.read('a.smol')).toBe(untidy);
    expect((await fmt(['b.smol', '--check'], folder.path)).exitCode).toBe(0);
  });

  it('leaves a file with syntax errors alone, says why, and formats the others', async () => {
    const broken = 'recipe a\nseed = = 1\n';
    const folder = temporaryFolder({ 'a.smol': broken, 'b.smol': untidy });
    const { exitCode, out, err } = await fmt(['a.smol', 'b.smol'], folder.path);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/error\[SM00\d\d\][\s\S]*a\.smol:2:/);
    expect(out).toBe('b.smol: formatted\n1 formatted, 1 left alone, with syntax errors\n');
    expect(folder.read('a.smol')).toBe(broken);
    expect(folder.read('b.smol')).toBe(tidy);
  });

  it('takes standard input', { timeout: 120_000 }, () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const words = ['--import', 'tsx', join(root, 'cli', 'main.ts'), 'fmt', '-'];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, {
      input: untidy,
      encoding: 'utf8',
      cwd: root,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: tidy, stderr: '', status: 0 });
  });

  it('takes nothing beside standard input', async () => {
    await expect(fmt(['-', 'a.smol'], temporaryFolder().path)).rejects.toThrow('`-` goes without other files');
  });
});
