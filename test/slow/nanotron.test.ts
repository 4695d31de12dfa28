import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { learningRate } from '../../compiler/plan/index.ts';
import { emitFile } from '../support/emit-example.ts';

/** `SMOL_NANOTRON` is the `src` of a checkout, `SMOL_NANOTRON_PYTHON` a Python with its packages (test/fixtures/nanotron). */
const { SMOL_NANOTRON: source, SMOL_NANOTRON_PYTHON: python } = process.env;
const script = join(import.meta.dirname, '../fixtures/make_nanotron_fixtures.py');

interface Reading {
  readonly steps: readonly number[];
  readonly rates: readonly number[];
  readonly train_steps: number;
  readonly tokens_per_step: number;
  readonly stages: readonly { readonly first_step: number }[];
}

describe.skipIf(!source || !python)('what nanotron reads of the examples', () => {
  test.each([
    ['examples/smollm2-1.7b.smol', []],
    ['examples/smollm2-360m.smol', []],
    ['examples/smollm2-135m.smol', []],
    ['examples/quickstart.smol', ['pretrain.precision=bf16']],
  ])(
    '%s: accepted, with the learning rate and the tokens of the plan',
    async (file, settings) => {
      const { plan, emission } = await emitFile('nanotron', file, { settings });
      const folder = mkdtempSync(join(tmpdir(), 'smol-nanotron-'));
      const paths = emission.files.flatMap(({ path, text }) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
        return path.startsWith('pretrain/') ? [join(folder, path)] : [];
      });
      const env = { ...process.env, PYTHONPATH: source, HF_HUB_OFFLINE: '1' };
      const { stdout, stderr, status } = spawnSync(python!, [script, ...paths], { encoding: 'utf8', env });
      expect(status, stderr).toBe(0);
      const readings: readonly Reading[] = JSON.parse(stdout.trim().split('\n').at(-1)!);
      const [{ schedule, tokens }] = plan.phases as [(typeof plan.phases)[number]];
      for (const { steps, rates } of readings) {
        steps.forEach((step, index) => {
          if (step === 0) return;
          expect(Math.abs(rates[index]! - learningRate(schedule, step))).toBeLessThan(1e-12 * schedule.peak);
        });
      }
      const sizes = readings.map(({ train_steps: last, stages, tokens_per_step: size }) => {
        return (last - stages.at(-1)!.first_step + 1) * size;
      });
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(tokens);
    },
    120_000,
  );
});
