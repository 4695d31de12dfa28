import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { define } from '../../../cli/commands/check.ts';
import { baselineCases } from '../../support/baselines.ts';
import { runCommand, temporaryFolder } from '../../support/command-runner.ts';

const recipeOf = (name: string) => baselineCases().find((one) => one.name === name)!.recipe;
const clean = recipeOf('two-stages-of-a-small-model');
const article = recipeOf('invalid-shares-of-the-article-add-up-to-110-percent');
const check = (words: readonly string[], cwd: string) => runCommand(define, words, cwd);

describe('smol check', () => {
  it('says so when there is nothing to say', async () => {
    const folder = temporaryFolder({ 'a.smol': clean });
    expect(await check(['a.smol'], folder.path)).toEqual({ exitCode: 0, out: 'a.smol: no problems\n', err: '' });
  });

  it('draws the problems of all files and counts them for each', async () => {
    const folder = temporaryFolder({ 'a.smol': clean, 'b.smol': article });
    const { exitCode, out } = await check(['a.smol', 'b.smol'], folder.path);
    expect(exitCode).toBe(1);
    expect(out).toContain('error[SM3001]');
    expect(out).toContain(' --> b.smol:');
    expect(out).toMatch(/^a\.smol: no problems\n\nerror\[SM3001\][\s\S]*\n\nb\.smol: 1 error\n$/);
  });

  it('follows links inside the folder of the recipe, and none out of it', async () => {
    const outside = temporaryFolder({ 'data.smol': 'recipe data\ndataset web { source = local("w.jsonl") }\n' });
    const text = (from: string) => `recipe a\nuse { web } from "${from}.smol"\n`;
    const inside = temporaryFolder({
      'own.smol': 'recipe own\ndataset web { source = local("w.jsonl") }\n',
      'far.smol': text('out'),
      'folder.smol': text('shared/data'),
      'near.smol': text('in'),
    });
    const place = (name: string) => join(inside.path, name);
    symlinkSync(join(outside.path, 'data.smol'), place('out.smol'));
    symlinkSync(outside.path, place('shared'));
    symlinkSync('own.smol', place('in.smol'));
    const { out } = await check(['far.smol', 'folder.smol', 'near.smol', '--format', 'json'], inside.path);
    const said = [...out.matchAll(/"message": ?"([^"]*(?:\\.[^"]*)*)"/g)].map(([, message]) => message);
    expect(said.filter((message) => /link|folder/.test(message!))).toEqual([
      "`out.smol` is a link out of the recipe's folder",
      "`shared/data.smol` is a link out of the recipe's folder",
    ]);
    // A recipe that is itself a link is read where it points to; its folder is where it is named.
    mkdirSync(place('work'));
    renameSync(place('near.smol'), place('work/near.smol'));
    symlinkSync('work/near.smol', place('near.smol'));
    expect((await check(['near.smol', '--format', 'json'], inside.path)).out).not.toMatch(/SM106/);
  });

  it('exits 0 on warnings', async () => {
    const folder = temporaryFolder({ 'a.smol': recipeOf('a-learning-rate-of-0.5-is-a-warning') });
    const { exitCode, out } = await check(['a.smol'], folder.path);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/a\.smol: 1 warning\n$/);
  });

  it('prints one JSON document and nothing else', async () => {
    const folder = temporaryFolder({ 'a.smol': clean, 'b.smol': article });
    const { exitCode, out } = await check(['a.smol', 'b.smol', '--format', 'json'], folder.path);
    expect(exitCode).toBe(1);
    const document = JSON.parse(out);
    expect(document.summary.errors).toBe(1);
    expect(document.diagnostics[0]).toMatchObject({ code: 'SM3001', at: { file: 'b.smol' } });
  });

  it('prints annotations', async () => {
    const folder = temporaryFolder({ 'b.smol': article });
    const { out } = await check(['b.smol', '--format', 'github'], folder.path);
    expect(out).toMatch(/^::error file=b\.smol,line=\d+,.*title=SM3001::/);
  });

  it('names what is not a recipe', async () => {
    const folder = temporaryFolder({ 'latin.smol': new Uint8Array([0x23, 0xe9, 0x0a]) });
    await expect(check(['missing.smol'], folder.path)).rejects.toThrow('there is no file `missing.smol`');
    await expect(check(['.'], folder.path)).rejects.toThrow('`.` is a folder');
    await expect(check(['latin.smol'], folder.path)).rejects.toThrow('`latin.smol` is not UTF-8 text');
    await expect(check(['a.smol', '--unsafe'], folder.path)).rejects.toThrow('`--unsafe` goes with `--fix`');
  });

  it('repairs what keeps the meaning, and the rest when asked to', async () => {
    const folder = temporaryFolder({
      'a.smol': clean.replace('seed = 1', "seed = 1\n# '\u{1F600}'").replace('"web/*.jsonl"', "'web/*.jsonl'"),
    });
    const { exitCode, out } = await check(['a.smol', '--fix'], folder.path);
    expect(out).toBe('a.smol: no problems (1 repaired)\n');
    expect(exitCode).toBe(0);
    expect(folder.read('a.smol')).toBe(clean.replace('seed = 1', "seed = 1\n# '\u{1F600}'"));
    expect(readdirSync(folder.path)).toEqual(['a.smol']);
  });

  it('leaves unsafe repairs for --unsafe, and the file alone meanwhile', async () => {
    const folder = temporaryFolder({ 'b.smol': article });
    expect((await check(['b.smol', '--fix'], folder.path)).exitCode).toBe(1);
    expect(folder.read('b.smol')).toBe(article);
    const { exitCode, out } = await check(['b.smol', '--fix', '--unsafe'], folder.path);
    expect(out).toMatch(/b\.smol: no problems \(1 repaired\)\n$/);
    expect(exitCode).toBe(0);
    expect(folder.read('b.smol')).toContain('{ 60% web, 40% dclm }');
  });
});
