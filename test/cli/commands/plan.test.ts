import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { define as compileCommand } from '../../../cli/commands/compile.ts';
import { define as planCommand } from '../../../cli/commands/plan.ts';
import { runCommand, temporaryFolder } from '../../support/command-runner.ts';

const quickstart = readFileSync('examples/quickstart.smol', 'utf8');

describe('smol plan', () => {
  it('prints a page of at most 80 columns', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const { exitCode, out, err } = await runCommand(planCommand, ['a.smol'], folder.path);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(/^quickstart +plan [0-9a-f]{8}\n1\.6M tokens · 781 steps × 2,048 · 1\.31M parameters/);
    for (const line of out.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    for (const head of ['Stages', 'Mixture', 'Learning rate', 'Datasets']) expect(out).toContain(`\n${head}`);
    expect(out).not.toContain('\u001b');
  });

  it('prints the plan document alone, the bytes that `compile --target plan` writes', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const planned = await runCommand(planCommand, ['a.smol', '--format', 'json'], folder.path);
    const compiled = await runCommand(compileCommand, ['a.smol', '--target', 'plan', '-o', 'out/deep'], folder.path);
    expect([planned.exitCode, compiled.exitCode, compiled.out]).toEqual([0, 0, '']);
    expect(compiled.err).toMatch(
      /^wrote out\/deep\/plan\.json\nnote: the plan names local files by paths from its own folder/,
    );
    expect(folder.read('out/deep/plan.json')).toBe(planned.out);
    expect(JSON.parse(planned.out).phases[0].steps).toBe(781);
  });

  it('counts on the cluster that is asked for, else on the first', async () => {
    const cluster = (name: string, gpu: string) =>
      `cluster ${name} { nodes = 1, gpus_per_node = 4, gpu = ${gpu}, price = 2 usd per gpu_hour }\n`;
    const folder = temporaryFolder({
      'a.smol': quickstart + cluster('fast', 'h100_80gb') + cluster('slow', 'a100_80gb'),
    });
    const { out: first } = await runCommand(planCommand, ['a.smol'], folder.path);
    const { out: slow } = await runCommand(planCommand, ['a.smol', '--cluster', 'slow'], folder.path);
    expect(first).toContain('4 × h100_80gb');
    expect(slow).toContain('4 × a100_80gb');
    const unknown = runCommand(planCommand, ['a.smol', '--cluster', 'slwo'], folder.path);
    await expect(unknown).rejects.toThrow('there is no cluster `slwo`');
    const profiled = runCommand(planCommand, ['a.smol', '--cluster', 'slow', '--profile', 'tiny'], folder.path);
    await expect(profiled).rejects.toThrow('there is no cluster `slow`');
  });

  it('reads the plan of a run', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    await runCommand(planCommand, ['a.smol', '--format', 'json', '-o', 'runs/quickstart/plan.json'], folder.path);
    const { exitCode, out } = await runCommand(planCommand, ['runs/quickstart'], folder.path);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^quickstart +plan [0-9a-f]{8}\n1\.6M tokens · 781 steps/);
    await expect(runCommand(planCommand, ['runs'], folder.path)).rejects.toThrow('a folder without a plan.json');
  });

  it('reads a plan as it reads the recipe, but takes no changes to it', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const fromRecipe = await runCommand(planCommand, ['a.smol', '--format', 'json', '-o', 'plan.json'], folder.path);
    expect([fromRecipe.exitCode, fromRecipe.out]).toEqual([0, '']);
    const again = await runCommand(planCommand, ['plan.json', '--format', 'json'], folder.path);
    expect(again.out).toBe(folder.read('plan.json'));
    const changed = runCommand(planCommand, ['plan.json', '--set', 'seed=7'], folder.path);
    await expect(changed).rejects.toThrow('is a plan');
    const broken = temporaryFolder({ 'plan.json': folder.read('plan.json').replace('"seed": 42', '"seed": 43') });
    await expect(runCommand(planCommand, ['plan.json'], broken.path)).rejects.toThrow("the plan's hash is");
  });

  it('prints YAML of the same document', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const json = await runCommand(planCommand, ['a.smol', '--format', 'json'], folder.path);
    const yaml = await runCommand(planCommand, ['a.smol', '--format', 'yaml'], folder.path);
    expect(parse(yaml.out, { version: '1.1' })).toEqual(JSON.parse(json.out));
    const beside = await runCommand(compileCommand, ['a.smol', '--target', 'yaml', '-o', '.'], folder.path);
    expect(beside.err).toBe('wrote plan.yaml\n');
    expect(folder.read('plan.yaml')).toBe(yaml.out);
  });

  it('prints Markdown with the same sections as tables', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const { out } = await runCommand(planCommand, ['a.smol', '--format', 'markdown'], folder.path);
    expect(out).toMatch(/^# quickstart\n/);
    for (const head of ['Stages', 'Mixture', 'Learning rate', 'Datasets']) expect(out).toContain(`\n## ${head}\n`);
  });

  it('prints the long form, a recipe with the same hash', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const words = ['a.smol', '--profile', 'tiny', '--normalized'];
    const { exitCode, out } = await runCommand(planCommand, [...words, '-o', 'long.smol'], folder.path);
    expect([exitCode, out]).toEqual([0, '']);
    const hash = async (words: readonly string[]) =>
      JSON.parse((await runCommand(planCommand, [...words, '--format', 'json'], folder.path)).out).hash;
    expect(await hash(['long.smol'])).toBe(await hash(['a.smol', '--profile', 'tiny']));
    await expect(runCommand(planCommand, ['plan.json', '--normalized'], folder.path)).rejects.toThrow(
      '`plan.json` is a plan, and only a recipe has a long form',
    );
    await expect(runCommand(planCommand, [...words, '--format', 'json'], folder.path)).rejects.toThrow('--format');
    const broken = temporaryFolder({ 'a.smol': 'recipe a\n' });
    const refused = await runCommand(planCommand, ['a.smol', '--normalized'], broken.path);
    expect([refused.exitCode, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('error[');
  });

  it('applies a profile and settings', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart });
    const { out } = await runCommand(planCommand, ['a.smol', '--profile', 'tiny', '--set', 'seed=7'], folder.path);
    expect(out).toMatch(/^quickstart \(profile tiny\)/);
    expect(out).toContain('seed 7');
    expect(out).toContain('\nset seed=7\n');
  });

  it('shows errors on stderr and prints nothing', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart.replace('warmup = 50 steps', 'warmup = 5000 steps') });
    const { exitCode, out, err } = await runCommand(planCommand, ['a.smol', '--format', 'json'], folder.path);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain('error[SM5101]: the warm-up has 5,000 steps (10.24M tokens), but the run has');
    expect(err).toContain('--> a.smol:');
  });

  it('says why it cannot read or write', async () => {
    const folder = temporaryFolder({ 'a.smol': quickstart, taken: '' });
    await expect(runCommand(planCommand, ['gone.smol'], folder.path)).rejects.toThrow('there is no file `gone.smol`');
    await expect(runCommand(planCommand, ['a.smol', '-o', 'taken/x'], folder.path)).rejects.toThrow(
      '`taken/x` cannot be written: a part of the path is a file',
    );
    await expect(runCommand(planCommand, ['a.smol', '-o', '.'], folder.path)).rejects.toThrow('cannot be written');
  });
});
