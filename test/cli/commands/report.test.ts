import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/report.ts';
import { printPlan, readPlan } from '../../../compiler/plan/index.ts';
import { recordArms } from '../../../runtime/ablation/ablation-record.ts';
import { armPlan } from '../../../runtime/ablation/arm-plan.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';

const examples = join(import.meta.dirname, '../../../examples');

const laptopPlan = () => readPlan(readFileSync(join(examples, 'smollm2-math-ablations.laptop.plan.json'), 'utf8'));

const jsonLines = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Arms of the example's ablation as `smol run` leaves them: perplexities and accuracies as given, the last arm not begun. */
async function ablationFolder(scores: readonly { readonly equations: number; readonly sentences: number }[]) {
  const plan = laptopPlan();
  const [ablation] = plan.ablations;
  const folder = mkdtempSync(join(tmpdir(), 'smol-report-'));
  await recordArms(folder, ablation!);
  for (const [i, { equations, sentences }] of scores.entries()) {
    const arm = ablation!.arms[i]!;
    const path = join(folder, arm.name);
    mkdirSync(path);
    writeFileSync(join(path, 'plan.json'), printPlan(armPlan(plan, ablation!, arm)));
    const steps = Array.from({ length: 60 }, (_, step) => ({
      step: step + 1,
      phase: 'pretrain',
      stage: 'pretrain',
      tokens: 2048 * (step + 1),
      loss: 5 - step / 60 + i / 10,
      learning_rate: 3e-3 * (1 - step / 60),
      gradient_norm: 1,
    }));
    writeFileSync(join(path, 'metrics.jsonl'), jsonLines(steps));
    const line = (task: string, primary: string, value: number, standard_error: number) => ({
      ...{ step: 60, phase: 'pretrain', at: 'pretrain.end', evaluation: 'evaluate', task, settings: {}, items: 200 },
      ...{ truncated: 0, primary, metrics: { [primary]: { value, standard_error } } },
    });
    const lines = [
      line('equations', 'perplexity/tokens', equations, 0.5),
      line('sentences', 'accuracy/characters', sentences, 0.03),
    ];
    writeFileSync(join(path, 'evaluations.jsonl'), jsonLines(lines));
  }
  return folder;
}

async function report(...words: string[]) {
  const context = recordedContext({ cwd: tmpdir(), env: {} });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout() };
}

const rowOf = (html: string, arm: string) =>
  html
    .split('<tr>')
    .find((row) => row.startsWith(`<th scope="row">${arm}</th><td`))!
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('smol report', () => {
  test('shows the arms of an ablation side by side: scores with errors, winner or tie, shares, curves', async () => {
    const folder = await ablationFolder([
      { equations: 10, sentences: 0.25 },
      { equations: 20, sentences: 0.27 },
      { equations: 15, sentences: 0.1 },
    ]);
    expect((await report(folder)).stdout).toBe(`wrote ${join(folder, 'report.html')}\n`);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('<li>equations: owm wins, 5.0000 ± 0.7071 ahead of the next</li>');
    expect(html).toContain(
      '<li>sentences: a tie of infimm, owm; the best leads by 0.0200 ± 0.0424, within twice its standard error</li>',
    );
    expect(html).toContain('<li>stories: not measured yet</li>');
    expect(html).toContain('Not begun yet: infiwebmath_4, finemath_3, finemath_4.');
    expect(rowOf(html, 'owm')).toContain('10.00 ± 0.50 · best 0.2500 ± 0.0300 · tie');
    expect(rowOf(html, 'infiwebmath_3')).toContain('15.00 ± 0.50 0.1000 ± 0.0300 ');
    expect(html.match(/<polyline/g)).toHaveLength(4); // three losses, and one learning rate of all arms
    expect(html).toContain('every arm');
    expect(html).not.toMatch(/https?:\/\//);
    const again = await report(folder, '-o', '-');
    expect(again.stdout).toBe(html);
  });

  test('writes a page about a single run', async () => {
    const folder = await ablationFolder([{ equations: 10, sentences: 0.25 }]);
    const { stdout } = await report(join(folder, 'owm'), '-o', '-');
    expect(stdout).toContain('60 of 60 steps');
    expect(stdout).toContain(
      '<th scope="row">pretrain.end<small>step 60</small></th><td>10.00<small>± 0.50</small></td>',
    );
  });

  test('names what is wrong with a folder', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'smol-report-'));
    await expect(report(empty)).rejects.toThrow('neither a run nor an ablation is in');
    await expect(report(join(empty, 'x'))).rejects.toThrow('there is no folder');
    await expect(report(await ablationFolder([]))).rejects.toThrow('no arm that was begun');
    writeFileSync(
      join(empty, 'ablation.json'),
      '{"ablation": "a", "of": "p", "from": {"kind": "fresh"}, "arms": {"../x": ""}}',
    );
    await expect(report(empty)).rejects.toThrow('is no record of an ablation');
    const torn = await ablationFolder([{ equations: 10, sentences: 0.25 }]);
    writeFileSync(join(torn, 'owm/metrics.jsonl'), 'no json\n');
    await expect(report(torn)).rejects.toThrow("line 1 of `metrics.jsonl` is no line of a run's log");
    const run = join(await ablationFolder([{ equations: 10, sentences: 0.25 }]), 'owm');
    writeFileSync(join(run, 'data.json'), '{');
    await expect(report(run)).rejects.toThrow('is not a data record of this version');
  });
});
