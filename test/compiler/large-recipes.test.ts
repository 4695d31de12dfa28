import { expect, it } from 'vitest';
import { compileRecipe } from '../../compiler/index.ts';

const head =
  'recipe large\ntokenizer = local("t.json")\nmodel { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }\n';
const datasets = (count: number) =>
  Array.from({ length: count }, (_, i) => `dataset d${i} { source = local("d${i}.jsonl"), size = 50M tokens }\n`).join(
    '',
  );
const pretrain = (tokens: number, lines: string) =>
  `pretrain {\ntokens = ${tokens}\nsequence = 128\nbatch = 1024 tokens\nschedule = constant(peak = 1e-3)\n${lines}\n}\n`;

/** CPU seconds that compiling takes; what is quadratic takes minutes at these sizes, what is not a few seconds. */
function compiled(text: string) {
  const before = process.cpuUsage();
  const compilation = compileRecipe('large.smol', { readText: (path) => (path === 'large.smol' ? text : null) });
  const { user, system } = process.cpuUsage(before);
  return { ...compilation, seconds: (user + system) / 1e6 };
}

it('plans 2,000 stages of 2,000 datasets', () => {
  const stages = Array.from(
    { length: 2000 },
    (_, i) => `stage s${i} ${i * 10_240}..${(i + 1) * 10_240} { 50% d${i}, 50% d${(i + 7) % 2000} }`,
  );
  const { plan, seconds } = compiled(head + datasets(2000) + pretrain(2000 * 10_240, stages.join('\n')));
  expect(plan!.phases[0]!.stages).toHaveLength(2000);
  expect(plan!.datasets[7]!.planned_tokens).toBe(10_240);
  expect(seconds).toBeLessThan(20);
});

it('plans 5,000 datasets in one mixture', () => {
  const all = `mixture all normalized {\n${Array.from({ length: 5000 }, (_, i) => `1 d${i}`).join('\n')}\n}\n`;
  const { plan, seconds } = compiled(head + datasets(5000) + all + pretrain(10_240_000, '100% all'));
  expect(plan!.phases[0]!.stages[0]!.mixture[4999]).toMatchObject({ dataset: 'd4999', share: '0.0002' });
  expect(seconds).toBeLessThan(20);
});

it('says 8,000 times that a name is unknown, and 3,000 times that a dataset is not used', () => {
  const mixtures = Array.from({ length: 8000 }, (_, i) => `mixture m${i} { 100% nothing${i} }\n`).join('');
  const unknown = compiled(head + datasets(1) + pretrain(1024, '100% d0') + mixtures);
  expect(unknown.diagnostics).toHaveLength(8000);
  const unused = compiled(head + datasets(3001) + pretrain(1024, '100% d0'));
  expect(unused.diagnostics.filter(({ code }) => code === 'SM6007')).toHaveLength(3000);
  expect(unknown.seconds + unused.seconds).toBeLessThan(20);
});

it('checks a recipe of 10,000 lines', () => {
  const block = (i: number) => `dataset d${i} {\n  source = local("d${i}.jsonl")\n  size = 50M tokens\n}\n`;
  const many = Array.from({ length: 2500 }, (_, i) => block(i)).join('');
  const all = `mixture all normalized {\n${Array.from({ length: 2500 }, (_, i) => `1 d${i}`).join('\n')}\n}\n`;
  const text = head + many + all + pretrain(10_240_000, '100% all');
  expect(text.split('\n').length).toBeGreaterThan(10_000);
  const { plan, diagnostics, seconds } = compiled(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(plan!.datasets).toHaveLength(2500);
  console.info(`a recipe of ${text.split('\n').length} lines: ${seconds.toFixed(2)} s of processor time`);
  expect(seconds).toBeLessThan(8);
});
