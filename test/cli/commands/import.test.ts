import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { define } from '../../../cli/commands/import.ts';
import { sampleNanotron } from '../../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import { runCommand, temporaryFolder } from '../../support/command-runner.ts';

const sample = sampleNanotron();

describe('smol import', () => {
  it('writes the recipe to standard output, and what is to be said beside it', async () => {
    const folder = temporaryFolder({ 'a.yaml': sampleNanotron({ schedule: { learning_rate: '"1e-3"' } }) });
    const { exitCode, out, err } = await runCommand(define, ['a.yaml'], folder.path);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^# From a\.yaml, for nanotron\.\nrecipe small\n/);
    expect(err).toContain('note[SM7209]: `"1e-3"` is taken as the number 0.001\n  --> a.yaml:28:20\n');
    expect(err).not.toContain('wrote');
  });

  it('writes a file, and overwrites it only when that is asked for', async () => {
    const folder = temporaryFolder({ 'a.yaml': sample });
    const written = await runCommand(define, ['a.yaml', '-o', 'out/b.smol'], folder.path);
    expect(written).toMatchObject({ exitCode: 0, out: '' });
    expect(written.err).toMatch(/wrote out\/b\.smol\n$/);
    expect(folder.read('out/b.smol')).toContain('recipe small');
    const again = ['a.yaml', '-o', 'out/b.smol'];
    await expect(runCommand(define, again, folder.path)).rejects.toMatchObject({
      message: '`out/b.smol` exists already',
      help: '`--force` overwrites it',
    });
    expect((await runCommand(define, [...again, '--force'], folder.path)).exitCode).toBe(0);
    await expect(runCommand(define, ['a.yaml', '-o', 'out'], folder.path)).rejects.toThrow('`out` is a folder');
  });

  it('never overwrites the configuration', async () => {
    const folder = temporaryFolder({ 'a.yaml': sample });
    await expect(runCommand(define, ['a.yaml', '-o', './a.yaml', '--force'], folder.path)).rejects.toMatchObject({
      message: '`./a.yaml` is the configuration itself',
      help: 'name another file for the recipe',
    });
    expect(folder.read('a.yaml')).toBe(sample);
    await expect(runCommand(define, ['a.yaml', '-o', 'a.yaml/b.smol'], folder.path)).rejects.toThrow(
      '`a.yaml/b.smol` cannot be written: a part of the path is a file',
    );
  });

  it('writes nothing where the configuration has errors', async () => {
    const folder = temporaryFolder({ 'a.yaml': sampleNanotron({ tokens: { train_steps: 'many' } }) });
    const { exitCode, out, err } = await runCommand(define, ['a.yaml', '-o', 'b.smol'], folder.path);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain('error[SM7205]');
    expect(existsSync(join(folder.path, 'b.smol'))).toBe(false);
  });

  it('shows what `check` says of the recipe, which is written all the same', async () => {
    const folder = temporaryFolder({ 'a.yaml': sampleNanotron({ schedule: { learning_rate: '5.0' } }) });
    const { exitCode, err } = await runCommand(define, ['a.yaml', '-o', 'b.smol'], folder.path);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/error\[SM5002\][\s\S]*--> b\.smol:\d+/);
    expect(folder.read('b.smol')).toContain('peak = 5,');
  });

  it('prints one JSON document with the recipe', async () => {
    const folder = temporaryFolder({ 'a.yaml': sampleNanotron({ tokens: { train_steps: '"1000"' } }), 'b.yaml': '' });
    const good = await runCommand(define, ['a.yaml', '--format', 'json'], folder.path);
    const document = JSON.parse(good.out);
    expect(document.recipe).toContain('recipe small');
    expect(document.diagnostics[0]).toMatchObject({ code: 'SM7209', at: { file: 'a.yaml' } });
    expect(good.err).toBe('');
    const bad = JSON.parse((await runCommand(define, ['b.yaml', '--format', 'json'], folder.path)).out);
    expect(bad).toMatchObject({ recipe: null, summary: { errors: 1 } });
  });

  it('takes the files of one run', async () => {
    const folder = temporaryFolder({
      '1.yaml': sample,
      '2.yaml': sample.replace('train_steps: 1000', 'train_steps: 700'),
    });
    const { exitCode, out } = await runCommand(define, ['1.yaml', '2.yaml', '1.yaml'], folder.path);
    expect(exitCode).toBe(0);
    expect(out).toContain('# From 2.yaml, 1.yaml, for nanotron.');
  });

  it('tells what a file is that it cannot read', async () => {
    const folder = temporaryFolder({ 'a.bin': new Uint8Array([0xff, 0xfe, 0, 1]) });
    mkdirSync(join(folder.path, 'configs'));
    await expect(runCommand(define, ['a.bin'], folder.path)).rejects.toMatchObject({
      message: '`a.bin` is not UTF-8 text',
      help: 'save it as UTF-8, or check that it is a configuration',
    });
    await expect(runCommand(define, ['configs'], folder.path)).rejects.toMatchObject({
      message: '`configs` is a folder',
      help: 'name the files in it: `configs/*.yaml`',
    });
    await expect(runCommand(define, ['none.yaml'], folder.path)).rejects.toThrow('there is no file `none.yaml`');
  });
});
