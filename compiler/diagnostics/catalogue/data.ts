import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Sources and datasets (SM6005 to SM6019); repetition is judged where counts are known. */

const halves = ['50% web', '50% code'];
const withDataset = (line: string) => `${sampleRecipe(samplePretrain(halves))}\n${line}\n`;

export type PathFault = 'empty' | 'control' | 'backslash' | 'absolute' | 'parent';

const pathFaults: Readonly<Record<PathFault, string>> = {
  empty: 'is empty',
  control: 'holds a control character',
  backslash: 'is written with backslashes',
  absolute: "does not start in the recipe's folder",
  parent: "leaves the recipe's folder",
};

export const pathOutside = defineRow<{ path: string; fault: PathFault }>({
  code: 'SM6005',
  severity: 'error',
  message: ({ path, fault }) => `the path \`${path}\` ${pathFaults[fault]}`,
  help: ({ fault }) =>
    fault === 'backslash'
      ? 'write `/` between folders, on every system'
      : "write a path inside the recipe's folder, such as `data/web/*.jsonl`",
  explain: {
    title: "a path outside the recipe's folder",
    why: 'A recipe and its data move together: what it reads lies in its own folder, so that it runs the same for everyone and reads nothing else of the machine.',
    wrong: withDataset('dataset other { source = local("../other/*.jsonl") }'),
    right: withDataset('dataset other { source = local("other/*.jsonl") }'),
  },
});

export const repositoryName = defineRow<{ name: string }>({
  code: 'SM6006',
  severity: 'error',
  message: ({ name }) => `\`${name}\` is no name of a repository`,
  help: () => 'write `owner/name`, as in the address of its page',
  explain: {
    title: 'a repository name that cannot be one',
    why: 'Repositories of the hub are named `owner/name`, in letters, digits, `-`, `_` and `.`.',
    wrong: withDataset('dataset other { source = hf("https://example.org/data") }'),
    right: withDataset('dataset other { source = hf("example/data") }'),
  },
});

export const unusedDataset = defineRow<{ name: string }>({
  code: 'SM6007',
  severity: 'warning',
  message: ({ name }) => `dataset \`${name}\` is never used`,
  help: ({ name }) => `give \`${name}\` a share in a stage, or remove it`,
  explain: {
    title: 'a dataset without a share',
    why: 'A dataset that no stage reaches is not trained on. Most often its line in a mixture was lost.',
    wrong: withDataset('dataset other { source = local("other/*.jsonl") }'),
    right: sampleRecipe(samplePretrain(halves)),
  },
});

export const holdoutTakesAll = defineRow<{ name: string; holdout: string; size: string }>({
  code: 'SM6008',
  severity: 'error',
  message: ({ name, holdout, size }) =>
    `dataset \`${name}\` holds out ${holdout} of its ${size}: none is left to train on`,
  help: () => 'hold out fewer rows',
  explain: {
    title: 'a holdout as large as the dataset',
    why: 'Held-out rows are never trained on, so a holdout as large as the dataset leaves a share with no text.',
    wrong: withDataset('dataset small { source = local("small/*.jsonl"), size = 100 rows, holdout = 100 rows }'),
    right: withDataset('dataset small { source = local("small/*.jsonl"), size = 100 rows, holdout = 10 rows }'),
  },
});
