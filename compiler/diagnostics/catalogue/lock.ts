import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleCode, samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** `smol lock` (SM6400 to SM6409). */

const halves = ['50% web', '50% code'];
const whole = sampleRecipe(samplePretrain(halves));
const sized = whole.replace(sampleCode, sampleCode.replace(' }', ', size = 5M tokens }'));

/** The lock of the examples: `code` was counted. */
const lock = JSON.stringify({
  lock_version: 1,
  profiles: [
    {
      profile: null,
      plan: 'of another day',
      tokenizer: '',
      commits: [],
      datasets: [
        {
          name: 'code',
          id: '90980752c216e7082318c75aaedd1a33ce1cdeb51335d711d4f78cdb2bbc16fe',
          tokens: 4_000_000,
          rows: 5_000,
          content: '',
        },
      ],
    },
  ],
});

export const lockedSize = defineRow<{ dataset: string; unit: 'tokens' | 'rows'; stated: number; counted: number }>({
  code: 'SM6401',
  severity: 'warning',
  message: ({ dataset, unit, stated, counted }) =>
    `\`${dataset}\` is said to have ${formatCount(stated)} ${unit}, and \`smol lock\` counted ${formatCount(counted)}`,
  notes: () => ['the plan takes what was counted'],
  help: ({ unit, counted }) =>
    `write \`size = ${formatCount(counted).replaceAll(',', '_')} ${unit}\`, or leave the size out`,
  explain: {
    title: 'a stated size that was counted otherwise',
    why: 'The lock beside a recipe holds the counts of its data, and the plan takes them. A stated size that is more than 1% away misleads whoever reads the recipe: the data has changed, another tokenizer is used, or the number was wrong.',
    wrong: sized,
    right: sized.replace('5M', '4M'),
    files: { 'example.smol.lock': lock },
  },
});

export const damagedLock = defineRow<{ file: string }>({
  code: 'SM6402',
  severity: 'error',
  message: ({ file }) => `\`${file}\` is no lock of this version of smol`,
  help: () => 'run `smol lock` again, or remove the file to plan without it',
  explain: {
    title: 'a lock that cannot be read',
    why: 'A lock says what the data was when it was counted. One that is damaged (by a merge, perhaps) must not be passed over in silence: the plan and the run would hold for other data.',
    wrong: whole,
    right: whole,
    files: { 'example.smol.lock': '<<<<<<< {' },
    repairedFiles: { 'example.smol.lock': lock },
  },
});
