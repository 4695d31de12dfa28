import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileRecipe, printPlan, renderPlanText } from '../../compiler/index.ts';

const texts = ['quickstart.smol', 'smollm2-1.7b.smol'].map((name) => readFileSync(`examples/${name}`, 'utf8'));
const extremes = [
  '0',
  '1',
  '2',
  '3',
  '7',
  '0.5',
  '1e-30',
  '1e300',
  '9007199254740991',
  '9007199254740992',
  '4Ti',
  '1e15',
  '99T',
  '100%',
  '0.0001%',
];

/** Each number of a recipe in turn, replaced by extreme ones: whatever comes out is diagnostics or a valid plan. */
it('never breaks on extreme numbers, and plans what it accepts', () => {
  let [planned, refused] = [0, 0];
  for (const text of texts) {
    const numbers = [...text.matchAll(/(?<![\w.])\d[\d_.]*(?:e-?\d+)?[kMBT]?i?%?/g)].filter(
      ({ index }) => !/["#]/.test(text.slice(text.lastIndexOf('\n', index), index)),
    );
    for (const [at, { index, 0: written }] of numbers.entries()) {
      if (text.length > 3000 && at % 4 !== 0) continue;
      const extreme = extremes[(at * 7) % extremes.length]!;
      for (const value of [extreme, extremes[(at * 11 + 3) % extremes.length]!]) {
        const changed = text.slice(0, index) + value + text.slice(index + written.length);
        const { plan, diagnostics } = compileRecipe('main.smol', {
          readText: (path) => (path.endsWith('.lock') ? null : changed),
        });
        if (plan === null) {
          refused++;
          expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
          continue;
        }
        planned++;
        expect(() => printPlan(plan), `${written} -> ${value} at ${index}`).not.toThrow();
        expect(renderPlanText(plan, { columns: 80, color: false })).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  }
  expect(planned).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
}, 60_000);
