import { describe, expect, it } from 'vitest';
import { recipeWith, resolvedText, resolveText } from '../../support/recipe-with.ts';

const stages = ['stage a ..500k { 100% web }', 'stage b { 100% code }'];
const sft =
  'dataset chats { source = local("c/*.jsonl"), size = 10 rows }\nsft { data = chats, epochs = 1, schedule = cosine(peak = 1e-4) }';
const withEvaluate = (lines: readonly string[], after = '') =>
  recipeWith(stages, {}, { after: `${sft}\nevaluate base {\n${lines.join('\n')}\n}\n${after}` });
const points = 'at = [a.end, pretrain.end, sft.start, 250k, 50%, 5 steps]';
const tasks = 'tasks = [cloze("hellaswag"), choice("mmlu", name = "mmlu_mcf"), generate("gsm8k", shots = 5)]';

describe('an evaluation', () => {
  it('is resolved: points, tasks, expectations', () => {
    const text = withEvaluate([points, tasks, 'expect mmlu_mcf > 25% at a.end else stop', 'expect gsm8k >= 0.1']);
    const [evaluation] = resolvedText(text).evaluations;
    expect(evaluation!.at.map(({ phase, at }) => [phase, at.kind])).toEqual([
      ['pretrain', 'stage'],
      ['pretrain', 'phase'],
      ['sft', 'phase'],
      ['pretrain', 'position'],
      ['pretrain', 'position'],
      ['pretrain', 'position'],
    ]);
    expect(evaluation!.tasks).toMatchObject([
      { kind: 'cloze', task: 'hellaswag', name: 'hellaswag', shots: 0, formulation: null },
      { kind: 'choice', task: 'mmlu', name: 'mmlu_mcf', formulation: 'mcf' },
      { kind: 'generate', task: 'gsm8k', shots: 5 },
    ]);
    expect(evaluation!.expectations).toMatchObject([
      { metric: 'mmlu_mcf', comparison: '>', value: { n: 1n, d: 4n }, at: { at: { stage: 'a' } }, otherwise: 'stop' },
      { metric: 'gsm8k', comparison: '>=', value: { n: 1n, d: 10n }, at: null, otherwise: 'warn' },
    ]);
  });

  it('names task files, which are called by their names without folder and ending', () => {
    const files =
      'tasks = [choice("tasks/sums.v2.json", formulation = cf), perplexity("prose.yaml"), needle("needle", name = "deep")]';
    const text = withEvaluate([points, files, 'expect prose < 40']);
    expect(resolvedText(text).evaluations[0]!.tasks).toMatchObject([
      { kind: 'choice', task: 'tasks/sums.v2.json', name: 'sums.v2', formulation: 'cf' },
      { kind: 'perplexity', task: 'prose.yaml', name: 'prose', shots: 0, formulation: null },
      { kind: 'needle', task: 'needle', name: 'deep', shots: 0 },
    ]);
    expect(resolveText(withEvaluate([points, 'tasks = [cloze("../x.json")]'])).diagnostics).toEqual([
      expect.stringContaining('`../x.json`'),
    ]);
    expect(resolveText(withEvaluate([points, 'tasks = [perplexity("x.json", shots = 2)]'])).diagnostics).toEqual([
      expect.stringContaining('shots'),
    ]);
  });

  it('has its positions scaled, and is changed by a profile', () => {
    const text = withEvaluate(
      [points, tasks],
      'profile small { pretrain { scaled_to = 500k }, evaluate base { at = [250k] } }',
    );
    const [evaluation] = resolvedText(text, { profile: 'small' }).evaluations;
    expect(evaluation!.at).toMatchObject([{ at: { position: { unit: 'tokens' } } }]);
    const { at } = evaluation!.at[0]!;
    expect(at.kind === 'position' && at.position.amount.valueOf()).toBe(125_000);
  });

  it('may not name a stage that re-opening removed', () => {
    const text = withEvaluate(['at = [a.end]', tasks], 'profile one { pretrain { stage all { 50% web, 50% code } } }');
    expect(resolveText(text).diagnostics).toEqual([]);
    expect(resolveText(text, { profile: 'one' }).diagnostics).toEqual([
      'SM1001 nothing is named `a`, where a stage or a phase must stand',
    ]);
  });

  it.each([
    ['SM1036 evaluate `base` has no `at`', [tasks]],
    ['SM1036 evaluate `base` has no `tasks`', [points]],
    ['SM1001 nothing is named `c`', ['at = [c.end]', tasks]],
    ['SM1012 `a.middle` is no position', ['at = [a.middle]', tasks]],
    ['SM1001 nothing is named `hellaswg`', [points, tasks, 'expect hellaswg > 5%']],
    ['SM2002', [points, tasks, 'expect gsm8k > 5 rows']],
    ['SM2001', [points, 'tasks = [gsm8k]']],
    ['SM1020', [points, 'tasks = [close("arc")]']],
    ['SM1022', [points, 'tasks = [cloze("piqa", formulation = cf)]']],
    ['SM5301 two tasks are named `piqa`', [points, 'tasks = [cloze("piqa"), cloze("piqa", shots = 5)]']],
    ['SM5302 `tasks` of evaluate `base` is empty', [points, 'tasks = []']],
    ['SM5303 evaluate `base` does not measure at this point', [points, tasks, 'expect gsm8k > 5% at b.end']],
    ['SM5303', [points, tasks, 'expect gsm8k > 5% at 300k']],
    ['SM1034', [points, tasks, '10% web']],
  ])('%s: %s', (message, lines) => {
    expect(resolveText(withEvaluate(lines)).diagnostics.map((line) => line.slice(0, message.length))).toEqual([
      message,
    ]);
  });
});
