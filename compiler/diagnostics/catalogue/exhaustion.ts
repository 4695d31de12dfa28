import { formatCount, formatTokens } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleHeader, sampleModel, samplePretrain } from './sample-recipe.ts';

/** Datasets that run out (SM6104 to SM6108). */

const withCode = (attributes: string, lines: readonly string[], more = '') =>
  [
    sampleHeader,
    'dataset web { source = local("web/*.jsonl"), size = 5M tokens }',
    `dataset code { source = local("code/*.jsonl")${attributes} }`,
    sampleModel(),
    samplePretrain(lines),
    more,
  ].join('\n');
const halves = ['50% web', '50% code'];

export interface ExhaustedAt {
  /** In the run's tokens, as run. */
  readonly tokens: number;
  readonly step: number;
  readonly phase: string;
}

const where = ({ tokens, step }: ExhaustedAt) => `${formatTokens(tokens)} tokens (step ${formatCount(step)})`;

export const runsOut = defineRow<{
  dataset: string;
  at: ExhaustedAt;
  policy: 'stop' | 'redistribute';
  early: number;
}>({
  code: 'SM6104',
  severity: 'note',
  message: ({ dataset, at, policy }) =>
    policy === 'stop'
      ? `\`${dataset}\` runs out, and \`${at.phase}\` stops at ${where(at)}`
      : at.step === 0
        ? `\`${dataset}\` has nothing left for the first step of \`${at.phase}\`: its share goes to the other datasets`
        : `\`${dataset}\` runs out at ${where(at)}: from there its share goes to the other datasets`,
  notes: ({ policy, early }) => (policy === 'stop' ? [`the phase was asked for ${formatCount(early)} steps more`] : []),
  help: ({ policy }) =>
    policy === 'stop'
      ? 'let the schedule end there too: give the phase as many tokens'
      : 'this is what `redistribute` asks for',
  explain: {
    title: 'a dataset runs out, as planned',
    why: 'With `on_exhaustion = stop` or `redistribute` the plan knows the step at which a dataset has been read as often as `repeat` says, and what happens there: the phase ends, or the other datasets of the stage take its share in proportion to theirs. The learning rate follows the phase as it was asked for.',
    wrong: withCode(', size = 200k tokens, repeat = never, on_exhaustion = redistribute', halves),
    right: withCode(', size = 600k tokens, repeat = never, on_exhaustion = redistribute', halves),
  },
});

type Problem = 'alone' | 'too-many' | 'no-step';

export const cannotRunOut = defineRow<{ dataset: string; at: ExhaustedAt; problem: Problem; most: number }>({
  code: 'SM6105',
  severity: 'error',
  message: ({ dataset, at, problem, most }) => {
    if (problem === 'no-step')
      return `\`${dataset}\` cannot fill the first step of \`${at.phase}\`, which would stop before it`;
    if (problem === 'alone' && at.step === 0)
      return `\`${dataset}\` has nothing left for the first step of \`${at.phase}\`, and nothing else is read there or later`;
    if (problem === 'alone') return `\`${dataset}\` runs out at ${where(at)}, and nothing else is read there or later`;
    return `\`${dataset}\` is one of more than ${most} datasets that run out in \`${at.phase}\``;
  },
  help: ({ problem }) =>
    problem === 'too-many'
      ? 'let some of them be repeated: `repeat = 4 epochs, on_exhaustion = repeat`'
      : 'add data, allow more epochs with `repeat`, or lower its share',
  explain: {
    title: 'a dataset runs out, and there is no way on',
    why: '`redistribute` gives the share of a dataset that has run out to the others of the same stage, and `stop` ends the phase after its last full step. Where there are no others, or no step, the plan has nothing to run.',
    wrong: withCode(', size = 200k tokens, repeat = never, on_exhaustion = redistribute', [
      'stage a 0..500k { 100% code }',
      'stage b 500k.. { 100% web }',
    ]),
    right: withCode(', size = 600k tokens, repeat = never, on_exhaustion = redistribute', [
      'stage a 0..500k { 100% code }',
      'stage b 500k.. { 100% web }',
    ]),
  },
});

export const endUnknown = defineRow<{ dataset: string; policy: string }>({
  code: 'SM6106',
  severity: 'error',
  message: ({ dataset, policy }) => `\`on_exhaustion = ${policy}\` needs to know where \`${dataset}\` ends`,
  help: () => 'state its size in tokens: `size = 1.2B tokens`',
  explain: {
    title: 'a rule for the end of a dataset of unknown size',
    why: 'The plan holds the exact step at which a dataset runs out. Planning reads no data, so its size in tokens has to be stated.',
    wrong: withCode(', on_exhaustion = redistribute', halves),
    right: withCode(', size = 600k tokens, on_exhaustion = redistribute', halves),
  },
});

export const repeatedAndNever = defineRow<{ dataset: string }>({
  code: 'SM6107',
  severity: 'error',
  message: ({ dataset }) => `\`${dataset}\` is never to be repeated, and to be repeated where it runs out`,
  help: () =>
    'keep one: `repeat = 4 epochs`, or `repeat = never` with `on_exhaustion = error`, `stop` or `redistribute`',
  explain: {
    title: 'repeated and never repeated',
    why: '`repeat = never` says that no part of a dataset is read twice; `on_exhaustion = repeat` asks for just that.',
    wrong: withCode(', size = 600k tokens, repeat = never, on_exhaustion = repeat', halves),
    right: withCode(', size = 600k tokens, repeat = never, on_exhaustion = error', halves),
  },
});

const stages = ['stage a 0..500k { 50% web, 50% code }', 'stage b 500k.. { 50% web, 50% code }'];
const evaluated = (size: string, at: string) =>
  withCode(
    `, size = ${size} tokens, repeat = never, on_exhaustion = stop`,
    stages,
    `evaluate { at = [${at}], tasks = [cloze("hellaswag")] }\n`,
  );

export const pointBeyondStop = defineRow<{ dataset: string; phase: string; step: number; tokens: number }>({
  code: 'SM6108',
  severity: 'error',
  message: ({ dataset, phase, step, tokens }) =>
    `this point is not reached: \`${phase}\` stops at ${formatTokens(tokens)} tokens (step ${formatCount(step)}), where \`${dataset}\` runs out`,
  help: ({ phase }) => `name an earlier point, or \`${phase}.end\``,
  explain: {
    title: 'a point of an evaluation after the stop',
    why: 'With `on_exhaustion = stop` a phase ends where a dataset runs out. What was to be measured later would silently be left out.',
    wrong: evaluated('200k', 'b.end'),
    right: evaluated('200k', 'pretrain.end'),
  },
});
