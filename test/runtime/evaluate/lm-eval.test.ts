import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../runtime/data/tokenizer/load-tokenizer.ts';
import { prepareTask } from '../../../runtime/evaluate/measure/prepare-task.ts';
import { openEvaluator } from '../../../runtime/evaluate/open-evaluator.ts';
import { planScoring } from '../../../runtime/evaluate/scoring/plan-scoring.ts';
import { scoreSequences } from '../../../runtime/evaluate/scoring/score-sequences.ts';
import { loadTask } from '../../../runtime/evaluate/task/load-task.ts';
import { countParameters, parameterLayout } from '../../../runtime/model/parameters.ts';
import type { RunEngine } from '../../../runtime/train/run-engine.ts';
import { fixtureModel, fixtureParameters } from '../../support/llama-fixture.ts';
import { programKinds } from '../../support/program-kinds.ts';
import { useScorerKind } from '../../support/scorer-kinds.ts';

interface Harness {
  readonly metrics: Readonly<Record<string, number>>;
  /** By item, by option. */
  readonly log_likelihoods: readonly (readonly number[])[];
}

/** What lm-evaluation-harness computed (test/fixtures/make_lm_eval_fixtures.py). */
const fixture: {
  readonly context: number;
  readonly rope_theta: number;
  readonly choices: readonly object[];
  readonly documents: readonly string[];
  readonly results: Readonly<Record<'choice' | 'bare' | 'documents', Harness>>;
} = JSON.parse(readFileSync(new URL('../../fixtures/lm-eval.json', import.meta.url), 'utf8'));

const repository = join(import.meta.dirname, '../../..');
const tokenizer = loadTokenizer({ kind: 'local', paths: ['examples/data/tokenizer.json'] }, repository);
const shape = { ...fixtureModel({ tied: true }), vocab: 4096, context: fixture.context };
const model = { ...shape, parameters: countParameters(parameterLayout(shape)) };
const state = { parameters: fixtureParameters(model), ropeTheta: fixture.rope_theta };
const options = { seed: 0, limit: null };
const progress = { interrupted: new AbortController().signal };

const folder = mkdtempSync(join(tmpdir(), 'smol-tasks-'));
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
writeFileSync(join(folder, 'choices.jsonl'), lines(fixture.choices));
writeFileSync(join(folder, 'documents.jsonl'), lines(fixture.documents.map((text) => ({ text }))));
const choice = { kind: 'cloze', data: { local: 'choices.jsonl' }, choices: 'choices', answer: 'answer' };
const files = {
  choice: { ...choice, prefix: 'Question: ', question: '{question}', cue: '\nAnswer:' },
  bare: { ...choice, question: '{question}' },
  documents: { kind: 'perplexity', data: { local: 'documents.jsonl' } },
};
for (const [name, task] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(task));

const accuracies = [
  ['accuracy/none', 'acc'],
  ['accuracy/characters', 'acc_norm'],
  ['accuracy/bytes', 'acc_bytes'],
] as const;
const metricNames = {
  choice: accuracies,
  bare: accuracies,
  documents: [
    ['perplexity/words', 'word_perplexity'],
    ['perplexity/bytes', 'byte_perplexity'],
    ['bits_per_byte', 'bits_per_byte'],
  ],
} as const;

describe.each(programKinds)('the %s engine against lm-evaluation-harness', (kind) => {
  let engine: RunEngine;
  beforeAll(async () => {
    engine = await useScorerKind(kind);
  }, 60_000);

  it('gives its log-likelihood of every option', async () => {
    const subject = { tokenizer, context: model.context, chat: null };
    const [choice, bare] = await Promise.all(
      ['choice.json', 'bare.json'].map(async (file) => prepareTask(await loadTask(file, folder), subject, options)),
    );
    if (choice?.how !== 'score' || bare?.how !== 'score') throw new Error('expected sequences');
    const sequences = [...choice.sequences, ...bare.sequences];
    const plan = planScoring(sequences, model.context);
    const scorer = await engine.createScorer({ model, ...state, shapes: plan.shapes });
    const found = await scoreSequences(sequences, plan, scorer, progress);
    scorer.dispose();
    const { results } = fixture;
    const expected = [...results.choice.log_likelihoods.flat(), ...results.bare.log_likelihoods.flat()];
    expect(found.length).toBe(expected.length);
    const apart = found.map(({ logProbability }, i) => Math.abs(logProbability - expected[i]!));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
  }, 120_000);

  it('gives its accuracies with their errors, and its perplexities of documents longer than the context', async () => {
    const tasks = ['choice', 'bare', 'documents'] as const;
    const loaded = await Promise.all(tasks.map((name) => loadTask(`${name}.json`, folder)));
    const evaluator = await openEvaluator(
      loaded.map((task) => ({ task, endTokens: new Set([tokenizer.endOfText]), chat: null })),
      { model, tokenizer },
      engine,
      options,
    );
    for (const [index, task] of tasks.entries()) {
      const { metrics } = await evaluator.measure(index, state, progress);
      const theirs = fixture.results[task].metrics;
      for (const [ours, name] of metricNames[task]) {
        const { value, standard_error } = metrics[ours]!;
        expect(Math.abs(value / theirs[name]! - 1), `${task} ${ours}`).toBeLessThan(1e-4);
        if (`${name}_stderr` in theirs) expect(standard_error).toBeCloseTo(theirs[`${name}_stderr`]!, 10);
      }
      if (task !== 'documents') continue;
      const tokens = (await tokenizer.encodeBatch(fixture.documents)).reduce((sum, each) => sum + each.length, 0);
      const total = fixture.results.documents.log_likelihoods.flat().reduce((sum, each) => sum - each, 0);
      expect(metrics['perplexity/tokens']!.value / Math.exp(total / tokens)).toBeCloseTo(1, 4);
    }
    evaluator.dispose();
  }, 120_000);
});
