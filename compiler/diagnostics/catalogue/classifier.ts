import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Classifiers (SM6301 to SM6309). */

const scored = (attributes: string) =>
  `${sampleRecipe(samplePretrain(['50% good', '50% code']))}\ndataset good { source = web, score quality = classify(edu), keep where quality >= 2 }\nclassifier edu { model = hf("owner/classifier"), ${attributes} }\n`;

export const scaleReversed = defineRow<{ classifier: string; least: number; most: number }>({
  code: 'SM6301',
  severity: 'error',
  message: ({ classifier, least, most }) =>
    `the scores of ${classifier} go from ${least} to ${most}: \`least\` must be below \`most\``,
  help: () => 'exchange the two, or correct one of them',
  explain: {
    title: 'a scale that does not rise',
    why: 'A classifier tells rows apart by their score. Without a lowest and a higher score there is nothing to tell apart.',
    wrong: scored('least = 5, most = 3'),
    right: scored('least = 1, most = 3'),
  },
});

export const scoreOutsideScale = defineRow<{
  column: string;
  classifier: string;
  value: string;
  least: number;
  most: number;
}>({
  code: 'SM6302',
  severity: 'warning',
  message: ({ column, classifier, value, least, most }) =>
    `\`${column}\` is compared with ${value}, but ${classifier} scores from ${least} to ${most}`,
  help: () => 'compare with a score that the classifier can give, or give it the right `least` and `most`',
  explain: {
    title: 'a comparison with a score that never is',
    why: 'Every row lies on one side of a value outside the scale, so that the step keeps or drops all or none.',
    wrong: scored('least = 0, most = 1'),
    right: scored('least = 0, most = 3'),
  },
});
