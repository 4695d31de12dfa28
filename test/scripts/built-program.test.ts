import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

describe('the built program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-built-'));
  const smol = (...words: string[]) =>
    execFileSync(process.execPath, [join(folder, 'bin/smol.js'), ...words], { encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    const parts = ['bin', 'api', 'cli', 'compiler', 'grammar', 'runtime', 'scripts', 'examples', 'package.json'];
    for (const part of [...parts, 'tsconfig.json', 'tsconfig.types.json']) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  }, 120_000);
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

  it('writes a TypeScript module whose losses are those of `smol run`', () => {
    const recipe = join(folder, 'examples/quickstart.smol');
    const [metrics, own] = ['compiled', 'own'].map((name) => join(folder, name)) as [string, string];
    smol('compile', recipe, '--profile', 'tiny', '--target', 'typescript', '-o', join(folder, 'out'));
    writeFileSync(
      join(folder, 'out/three-steps.mts'),
      `import { main } from './quickstart.mts';
       await main({ steps: 3, runFolder: ${JSON.stringify(metrics)} });`,
    );
    execFileSync(process.execPath, ['--import', 'tsx', 'out/three-steps.mts'], { cwd: folder, stdio: 'pipe' });
    smol('run', recipe, '--profile', 'tiny', '--steps', '3', '--run-dir', own);
    const read = (run: string, name: string) => readFileSync(join(run, name), 'utf8');
    expect(read(metrics, 'metrics.jsonl').split('\n')).toHaveLength(4);
    for (const name of ['metrics.jsonl', 'held-out.jsonl']) expect(read(metrics, name)).toBe(read(own, name));
  }, 120_000);

  it('gives programs its plans, differences and diagnostics', () => {
    writeFileSync(
      join(folder, 'program.mjs'),
      `import { compile, diff, diffReport, plan, RecipeError } from 'smol';
       import { writeFileSync } from 'node:fs';
       const before = plan('examples/quickstart.smol');
       const after = plan('examples/quickstart.smol', { settings: ['pretrain.clip_norm=2.0'] });
       writeFileSync('wrong.smol', 'recipe wrong\\nsede = 3\\n');
       let refused = null;
       try { plan('wrong.smol'); } catch (error) { refused = error instanceof RecipeError && error.diagnostics[0]; }
       const { diagnostics, report } = compile('examples/quickstart.smol');
       console.log(JSON.stringify([diff(before, after).meaning_changed, diff(before, before).meaning_changed, diffReport(diff(before, after)), refused, diagnostics.length, report().length > 0]));`,
    );
    const said = execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
    const [changed, same, report, refused, notes, drawn] = JSON.parse(said);
    expect([changed, same, notes, drawn]).toEqual([true, false, 1, true]);
    expect(report).toContain('clip_norm');
    expect(refused).toMatchObject({ severity: 'error', file: 'wrong.smol' });
  });
});
