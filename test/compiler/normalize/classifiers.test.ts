import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { diffPlans } from '../../../compiler/diff/index.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { recipeWith, resolveText } from '../../support/recipe-with.ts';

const annotated = 'dataset annotated { source = local("ann/*.jsonl") }';
const edu = 'classifier edu { model = hf("owner/embedder"), annotations = annotated, most = 5 }';
const scored = (steps = 'score quality = classify(edu), drop 70% where quality < 2.5', name = 'good') =>
  `dataset ${name} { source = web, ${steps} }`;

function compile(before: string, share = 'good', files: Readonly<Record<string, string>> = {}) {
  const text = recipeWith([`100% ${share}`], {}, { before });
  return compileRecipe('main.smol', { readText: (path) => (path === 'main.smol' ? text : (files[path] ?? null)) });
}

function planOf(...parameters: Parameters<typeof compile>) {
  const { plan, diagnostics } = compile(...parameters);
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

const whole = [annotated, edu, scored()].join('\n');
const idOf = (plan: ReturnType<typeof planOf>, name: string) => plan.datasets.find((each) => each.name === name)!.id;

describe('a classifier', () => {
  const plan = planOf(whole);

  it('stands in the plan with its model, its annotations and its scale', () => {
    expect(plan.classifiers).toMatchObject([
      {
        name: 'edu',
        model: { kind: 'hf', repository: 'owner/embedder' },
        annotations: 'annotated',
        label: 'score',
        reads: 'text',
        least: 0,
        most: 5,
      },
    ]);
    expect(plan.provenance['/classifiers/0/most']).toMatchObject({ from: 'recipe' });
    expect(plan.provenance['/classifiers/0/reads']).toMatchObject({ from: 'default' });
    expect('classifiers' in planOf('', 'web')).toBe(false);
  });

  it('is part of the identity of what it scores, and its name is not', () => {
    const renamed = whole.replaceAll('classifier edu', 'classifier judge').replaceAll('(edu)', '(judge)');
    expect(planOf(renamed).hash).toBe(plan.hash);
    for (const [from, to] of [
      ['owner/embedder', 'owner/other'],
      ['most = 5', 'most = 4'],
      ['most = 5', 'reads = "content"'],
      ['most = 5', 'label = "grade"'],
      ['ann/*.jsonl', 'ann2/*.jsonl'],
      [', annotations = annotated', ''],
    ] as const) {
      expect(idOf(planOf(whole.replace(from, to)), 'good'), to).not.toBe(idOf(plan, 'good'));
    }
  });

  it('is printed in the long form and shown in both pages', () => {
    const long = normalizedRecipe(compile(whole))!;
    expect(long).toContain('classifier edu {\n  model = hf("owner/embedder")\n');
    expect(long).toContain('  score quality = classify(edu)\n');
    const words = 'edu: owner/embedder scores good by text · 0 to 5 · trained on annotated (score)';
    expect(renderPlanText(plan, { columns: 100, color: false })).toContain(`\nPrepare  ${words}\n`);
    expect(renderPlanMarkdown(plan)).toContain(`## Prepare\n\n- ${words}`);
  });

  it('is known to the diff, and what it scores follows', () => {
    const changes = diffPlans(plan, planOf(whole.replace('most = 5', 'most = 3'))).changes;
    expect(changes.map(({ subject, name, reason }) => [subject, name, reason])).toEqual([
      ['dataset', 'good', 'follows'],
      ['classifier', 'edu', 'written'],
    ]);
    expect(changes[1]!.children).toMatchObject([{ name: 'most', old: 5, new: 3 }]);
    const other = planOf(whole.replaceAll('classifier edu', 'classifier judge').replaceAll('(edu)', '(judge)'));
    expect(diffPlans(plan, other).changes).toMatchObject([{ action: 'renamed', old_name: 'edu', name: 'judge' }]);
  });

  it('uses its annotations, which need no share', () => {
    const text = recipeWith(['100% good'], {}, { before: whole }).replace(/^allow .*$/m, '');
    const unused = compileRecipe('main.smol', {
      readText: (path) => (path === 'main.smol' ? text : null),
    }).diagnostics.filter(({ code }) => code === 'SM6007');
    expect(unused.map(({ message }) => message)).toEqual([
      'dataset `code` is never used',
      'dataset `math` is never used',
    ]);
  });

  it('comes with a dataset that another file is asked for', () => {
    const file = ['recipe shared', 'dataset web { source = local("w.jsonl") }', whole].join('\n');
    const text = 'use { good } from "shared.smol"';
    const { plan: used, diagnostics } = compileRecipe('main.smol', {
      readText: (path) =>
        path === 'shared.smol'
          ? file
          : path !== 'main.smol'
            ? null
            : `recipe main\ntokenizer = local("t.json")\n${text}\nmodel { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }\npretrain { tokens = 1M, sequence = 128, batch = 1024 tokens, schedule = constant(peak = 1e-3), 100% good }`,
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(used!.classifiers?.map(({ name }) => name)).toEqual(['edu']);
    expect(used!.datasets.map(({ name }) => name)).toEqual(['good', 'web', 'annotated']);
  });

  it.each([
    ['SM1001', [annotated, scored()]],
    ['SM1001', [edu, scored()]],
    ['SM1008', [annotated, edu, scored('score quality = classify(web)')]],
    ['SM6301', [annotated, edu.replace('most = 5', 'least = 5, most = 5'), 'dataset good { source = web }']],
    ['SM6302', [annotated, edu, scored('score quality = classify(edu), keep where not quality < 6')]],
    ['SM6302', [annotated, edu, scored('score quality = classify(edu), keep where -1 <= quality')]],
    ['SM1010', [edu, 'dataset annotated { source = good }', scored()]],
  ])('%s is said', (code, before) => {
    const { diagnostics } = resolveText(recipeWith(['100% good'], {}, { before: before.join('\n') }));
    expect(diagnostics.map((line) => line.slice(0, 6))).toContain(code);
  });
});

describe('rows that a model writes, and templates of datasets', () => {
  const prompts = 'dataset prompts { source = local("p.jsonl"), size = 500 rows }';
  const answers = (more: string) =>
    `dataset good { source = generate("http://127.0.0.1:8000/v1", "owner/writer", prompts${more}), format = messages(), chat = chatml() }`;
  const plan = planOf([prompts, answers(', samples = 2')].join('\n'));

  it('have no size unless one is stated, and use their prompts', () => {
    const good = plan.datasets.find(({ name }) => name === 'good')!;
    expect(good).toMatchObject({ size_tokens: null, size_rows: null, chat: { kind: 'chatml', system: null } });
    expect(good.source).toMatchObject({ kind: 'generate', prompts: 'prompts', samples: 2, temperature: 1 });
    const asked = planOf([prompts, answers('').replace('format', 'size = 3M tokens, format')].join('\n'));
    expect(asked.datasets.find(({ name }) => name === 'good')).toMatchObject({
      size_tokens: 3_000_000,
      epochs: '0.3335',
    });
  });

  it('have an identity of what is asked of the model', () => {
    for (const more of [
      '',
      ', samples = 2, turns = 3',
      ', samples = 2, system = "x"',
      ', samples = 2, temperature = 0',
    ]) {
      expect(idOf(planOf([prompts, answers(more)].join('\n')), 'good'), more).not.toBe(idOf(plan, 'good'));
    }
    const renamed = [prompts, answers(', samples = 2')].join('\n').replaceAll('prompts', 'questions');
    expect(idOf(planOf(renamed), 'good')).toBe(idOf(plan, 'good'));
    const template = [prompts, answers(', samples = 2').replace('chatml()', 'jinja("{{ x }}")')].join('\n');
    expect(idOf(planOf(template), 'good')).not.toBe(idOf(plan, 'good'));
  });

  it('cannot be pretrained on without a template, nor plain text have one', () => {
    const codes = (text: string) => compile([prompts, text].join('\n')).diagnostics.map(({ code }) => code);
    expect(codes(answers('').replace(', chat = chatml()', ''))).toContain('SM6205');
    expect(codes(answers('').replace('messages()', 'text()'))).toContain('SM6208');
    expect(codes(answers('').replace('http://127.0.0.1:8000/v1', '127.0.0.1'))).toContain('SM6207');
  });
});
