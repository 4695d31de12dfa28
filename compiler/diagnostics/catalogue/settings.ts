import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Settings of the command line and silenced warnings (SM1050 to SM1059). */

const whole = sampleRecipe(samplePretrain(['50% web', '50% code']));
const hot = { schedule: 'constant(peak = 0.5)' };
const withAllow = (line: string) => sampleRecipe(samplePretrain([line, '50% web', '50% code'], hot));

export const malformedSetting = defineRow<{ text: string }>({
  code: 'SM1050',
  severity: 'error',
  message: ({ text }) => `the setting \`${text}\` is not of the form PATH=VALUE`,
  help: () => 'write for example `--set pretrain.tokens=2M` or `--set "pretrain.batch=8 sequences"`',
  explain: {
    title: 'a setting without a path or a value',
    why: '`--set` takes the path of an attribute, an equals sign and a value as the recipe would write it.',
    wrong: whole,
    right: whole,
    options: { wrong: { settings: ['model.layers'] }, right: { settings: ['model.layers=3'] } },
  },
});

export const unknownSettingPath = defineRow<{
  path: string;
  part: string;
  near: readonly string[];
  isBlock: boolean;
}>({
  code: 'SM1051',
  severity: 'error',
  message: ({ path, part, isBlock }) =>
    isBlock
      ? `the setting \`${path}\` ends at a block and says no attribute of it`
      : `the setting \`${path}\` leads nowhere: there is no \`${part}\``,
  help: ({ near }) =>
    didYouMean(near) ??
    'a path is `seed`, `model.layers`, `pretrain.tokens`, `pretrain.stage.NAME.sequence` or `dataset.NAME.holdout`',
  explain: {
    title: 'a setting for something that is not there',
    why: 'The path of a setting names a block, by keyword and name, and an attribute of it. A path that misses would leave the recipe as it is.',
    wrong: whole,
    right: whole,
    options: { wrong: { settings: ['model.layer=3'] }, right: { settings: ['model.layers=3'] } },
  },
});

export const unknownAllowedCode = defineRow<{ code: string; near: readonly string[] }>({
  code: 'SM1052',
  severity: 'error',
  message: ({ code }) => `there is no diagnostic \`${code}\` to allow`,
  help: ({ near }) => didYouMean(near) ?? 'use the code that stands in brackets after `warning`',
  explain: {
    title: 'allowing a code that does not exist',
    why: 'An `allow` with a wrong code would silence nothing, and the reader would think it does.',
    wrong: sampleRecipe(samplePretrain(['allow SM5999 "a short test"', '50% web', '50% code'])),
    right: whole,
  },
});

export const allowedError = defineRow<{ code: string; severity: string }>({
  code: 'SM1053',
  severity: 'error',
  message: ({ code, severity }) =>
    `\`${code}\` is ${severity === 'error' ? 'an error' : 'a note'} and cannot be allowed`,
  help: () => 'only warnings can be allowed; repair what the diagnostic names',
  explain: {
    title: 'allowing an error',
    why: 'A warning says that something is unusual, and a reason answers it. An error says that there is no plan.',
    wrong: sampleRecipe(samplePretrain(['allow SM3001 "the paper has it"', '50% web', '50% code'])),
    right: whole,
  },
});

export const idleAllow = defineRow<{ code: string; where: string }>({
  code: 'SM1054',
  severity: 'note',
  message: ({ code, where }) => `this \`allow ${code}\` silences nothing in ${where}`,
  help: () => 'remove it, or move it to the block that the warning is about',
  explain: {
    title: 'an allow that is no longer needed',
    why: 'When the warning is gone, its `allow` only hides the next one.',
    wrong: sampleRecipe(samplePretrain(['allow SM5001 "a short test"', '50% web', '50% code'])),
    right: withAllow('allow SM5001 "a short test"'),
  },
});
