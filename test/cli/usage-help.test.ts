import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programName } from '../../cli/program-name.ts';
import { showChecked } from '../../cli/views/check-view.ts';
import { writeOutput } from '../../cli/write-output.ts';
import { compileRecipe } from '../../compiler/index.ts';

describe('how the program is called', () => {
  it('is named in what it proposes', () => {
    expect(programName({ npm_command: 'exec' }, '/p/bin/smol.js')).toBe('npx smol');
    expect(programName({}, '/usr/local/bin/smol')).toBe('smol');
    expect(programName({}, join(process.cwd(), 'bin', 'smol.js'))).toBe('node bin/smol.js');
    expect(programName({}, '/opt/smol/bin/smol.js')).toBe('node /opt/smol/bin/smol.js');
  });
});

describe('a place where nothing can be written', () => {
  it.skipIf(process.platform !== 'linux')('is an error and no endless loop', async () => {
    await expect(writeOutput('/', '/proc/x/plan.json', '')).rejects.toThrow(
      /`\/proc\/x\/plan.json` cannot be written: no /,
    );
    const folder = mkdtempSync(join(tmpdir(), 'smol-write-'));
    await writeOutput(folder, 'a/b/c.txt', 'x');
    await expect(writeOutput(folder, 'a/b/c.txt/d/e.txt', '')).rejects.toThrow('a part of the path is a file');
  });
});

describe('several files', () => {
  it('are told of one after the other, each closed by its own line', () => {
    const check = (path: string, text: string) => {
      const { diagnostics, sources } = compileRecipe(path, { readText: () => text });
      return { file: { path, diagnostics, repaired: 0 }, sources };
    };
    const checked = [check('a.smol', 'recipe a\n'), check('b.smol', ''), check('c.smol', 'recipe c\nseed = 1\n')];
    const sources = new Map(checked.flatMap((each) => [...each.sources]));
    const shown = showChecked(
      checked.map(({ file }) => file),
      (path) => sources.get(path) ?? null,
      'text',
      { columns: 80, color: false },
    );
    const places = shown.split('\n').filter((line) => /^[abc]\.smol: |^ --> /.test(line));
    expect(places.map((line) => line.replace(/:\d.*| --> |: \d+ err.*/g, ''))).toEqual([
      'a.smol',
      'a.smol',
      'a.smol',
      'b.smol',
      'b.smol',
      'c.smol',
      'c.smol',
      'c.smol',
    ]);
  });
});
