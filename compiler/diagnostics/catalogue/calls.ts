import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Functions and their arguments (SM1020 to SM1026). */

const halves = ['50% web', '50% code'];
const withSchedule = (schedule: string) => sampleRecipe(samplePretrain(halves, { schedule }));
const list = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');

export const unknownFunction = defineRow<{
  name: string;
  function: string;
  known: readonly string[];
  near: readonly string[];
}>({
  code: 'SM1020',
  severity: 'error',
  message: (data) => `\`${data.name}\` takes no \`${data.function}(…)\``,
  help: ({ near, known }) => didYouMean(near) ?? `use one of ${list(known)}`,
  explain: {
    title: 'a function that does not fit its place',
    why: 'Each attribute takes certain functions: a schedule is one of wsd, constant, cosine, linear and inverse_sqrt.',
    wrong: withSchedule('cosin(peak = 1e-3)'),
    right: withSchedule('cosine(peak = 1e-3)'),
  },
});

export const callWithoutParentheses = defineRow<{ function: string }>({
  code: 'SM1021',
  severity: 'error',
  message: (data) => `\`${data.function}\` is a function and needs parentheses`,
  help: (data) => `write \`${data.function}(…)\``,
  explain: {
    title: 'a function without parentheses',
    why: 'A bare word is a name. With parentheses it is plain that a function is meant, even where every argument keeps its default.',
    wrong: sampleRecipe(samplePretrain(['optimizer = adamw', ...halves])),
    right: sampleRecipe(samplePretrain(['optimizer = adamw()', ...halves])),
  },
});

export const unknownParameter = defineRow<{
  function: string;
  name: string;
  known: readonly string[];
  near: readonly string[];
}>({
  code: 'SM1022',
  severity: 'error',
  message: (data) => `\`${data.function}\` has no parameter \`${data.name}\``,
  help: ({ near, known }) =>
    didYouMean(near) ?? (known.length === 0 ? 'it takes no arguments' : `it takes ${list(known)}`),
  explain: {
    title: 'an argument that the function does not take',
    why: 'A misspelt argument would leave its default in force. The message lists what the function takes.',
    wrong: withSchedule('cosine(peak = 1e-3, warmpu = 10 steps)'),
    right: withSchedule('cosine(peak = 1e-3, warmup = 10 steps)'),
  },
});

export const duplicateArgument = defineRow<{ function: string; name: string }>({
  code: 'SM1023',
  severity: 'error',
  message: (data) => `\`${data.name}\` of \`${data.function}\` is given twice`,
  label: () => 'given again here',
  help: () => 'keep one of the two',
  explain: {
    title: 'an argument that is given twice',
    why: 'Only one of the two values could hold, and the other would be lost without a word.',
    wrong: withSchedule('cosine(peak = 1e-3, peak = 2e-3)'),
    right: withSchedule('cosine(peak = 1e-3)'),
  },
});

export const unnamedArgument = defineRow<{ function: string; takes: number; known: readonly string[] }>({
  code: 'SM1024',
  severity: 'error',
  message: (data) =>
    data.takes === 0
      ? `the arguments of \`${data.function}\` need names`
      : `\`${data.function}\` takes ${data.takes} argument without a name, and this is one more`,
  help: ({ known }) => (known.length === 0 ? 'it takes no arguments' : `name it: ${list(known)}`),
  explain: {
    title: 'an argument without its name',
    why: 'Numbers in a row are read wrongly by people and swapped by accident; most arguments carry their names.',
    wrong: withSchedule('cosine(1e-3, 10 steps)'),
    right: withSchedule('cosine(peak = 1e-3, warmup = 10 steps)'),
  },
});

export const missingArgument = defineRow<{ function: string; name: string; documentation: string }>({
  code: 'SM1025',
  severity: 'error',
  message: (data) => `\`${data.function}\` needs \`${data.name}\``,
  help: (data) => `add \`${data.name} = …\`: ${data.documentation.toLowerCase().replace(/\.$/, '')}`,
  explain: {
    title: 'an argument that cannot be left out',
    why: 'Some values have no default that would be right for most runs; the peak learning rate is one.',
    wrong: withSchedule('cosine(warmup = 10 steps)'),
    right: withSchedule('cosine(peak = 1e-3, warmup = 10 steps)'),
  },
});

export const decayTwice = defineRow<Record<string, never>>({
  code: 'SM1026',
  severity: 'error',
  message: () => '`wsd` is given both `decay` and `decay_from`',
  help: () => 'keep one: the decay ends with the phase, so its length and its start say the same',
  explain: {
    title: 'a decay given in two ways',
    why: 'The decay of wsd ends with the phase. Its length fixes its start, and two values could contradict each other.',
    wrong: withSchedule('wsd(peak = 1e-3, decay = 10%, decay_from = 900k tokens)'),
    right: withSchedule('wsd(peak = 1e-3, decay = 10%)'),
  },
});

export const decayMissing = defineRow<Record<string, never>>({
  code: 'SM1027',
  severity: 'error',
  message: () => '`wsd` needs `decay` or `decay_from`',
  help: () => 'add for example `decay = 10%`; for a rate that never falls, use `constant(…)`',
  explain: {
    title: 'a wsd schedule without a decay',
    why: 'The d of wsd is its decay, and how long it lasts decides much of the result. A run without one is `constant`.',
    wrong: withSchedule('wsd(peak = 1e-3)'),
    right: withSchedule('constant(peak = 1e-3)'),
  },
});
