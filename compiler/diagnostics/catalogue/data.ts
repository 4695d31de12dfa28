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

export const severalPaths = defineRow<{ what: string; paths: readonly string[] }>({
  code: 'SM6010',
  severity: 'error',
  message: ({ what, paths }) => `${what} is one file or folder, not ${paths.map((path) => `\`${path}\``).join(', ')}`,
  help: () => 'name the one that is meant, without `*`',
  explain: {
    title: 'several files where there is one',
    why: 'A dataset may be many files. A tokenizer is one `tokenizer.json`, and weights come from one folder or `.gguf` file: which of several is meant would depend on what lies there.',
    wrong: withDataset('').replace('local("tokenizer.json")', 'local("tokenizers/*.json")'),
    right: withDataset('').replace('local("tokenizer.json")', 'local("tokenizers/one.json")'),
  },
});

export const pathOutside = defineRow<{ path: string; fault: PathFault }>({
  code: 'SM6005',
  severity: 'error',
  message: ({ path, fault }) => `the path \`${path}\` ${pathFaults[fault]}`,
  help: ({ fault }) =>
    fault === 'backslash'
      ? 'write `/` between folders, on every system'
      : fault === 'parent'
        ? "write a path that stays inside the recipe's folder, or allow a wider one: `--root FOLDER`"
        : "write a path that stays inside the recipe's folder, with `/` between folders and none at its start",
  explain: {
    title: "a path outside the recipe's folder",
    why: 'A recipe and its data move together: what it reads lies in its own folder, so that it runs the same for everyone and reads nothing else of the machine. A command with `--root FOLDER` reads what lies below that folder too, for paths with `..` and for links; absolute paths name one machine and are never read.',
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

export const unreadFiles = defineRow<{ dataset: string; path: string; ending: string }>({
  code: 'SM6009',
  severity: 'warning',
  message: ({ dataset, path }) => `\`${path}\` of dataset \`${dataset}\` is planned, and no run can read it`,
  help: ({ ending }) =>
    ending === 'gz' || ending === 'zst'
      ? 'unpack it: a run reads .jsonl, .parquet and .txt'
      : 'convert it: a run reads .jsonl (an object a line), .parquet and .txt',
  explain: {
    title: 'data of a kind that is not read',
    why: 'Rows stand in .jsonl and .parquet files, and a .txt is one text. A run refuses any other file before it trains. A glob that leaves the ending open is judged when the run sees the files.',
    wrong: withDataset('dataset notes { source = local("notes/*.md") }\nallow SM6007 "an example"'),
    right: withDataset('dataset notes { source = local("notes/*.txt") }\nallow SM6007 "an example"'),
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

const withTakes = (entries: string) =>
  `${sampleRecipe(samplePretrain(halves))}\ndataset chats { source = local("chats/*.jsonl"), size = 1000 rows }\ndataset set { ${entries} }\nsft { data = set, epochs = 1, schedule = cosine(peak = 1e-4) }\n`;

export const takenTwice = defineRow<{ dataset: string; block: string }>({
  code: 'SM6201',
  severity: 'error',
  message: ({ dataset, block }) => `${block} takes rows of \`${dataset}\` twice`,
  label: () => 'taken again here',
  help: () => 'join the two into one `take`',
  explain: {
    title: 'rows of one dataset taken twice',
    why: 'Each take is a seeded choice of its own, so that two takes of one dataset would hold some rows twice. It is most often a line that was meant for another dataset.',
    wrong: withTakes('take 100 chats, take 200 chats'),
    right: withTakes('take 300 chats'),
  },
});

export const takeAmount = defineRow<{ written: string }>({
  code: 'SM6202',
  severity: 'error',
  message: ({ written }) => `\`take ${written}\` is no number of rows`,
  help: () => 'write a whole number of rows, a part up to 100%, or `all`',
  explain: {
    title: 'a take of no whole number of rows',
    why: 'A row is taken or not. Numbers are whole and at least 1; a part is above 0% and at most 100% of the rows there are.',
    wrong: withTakes('take 120% chats'),
    right: withTakes('take all chats'),
  },
});

export const takesTooMany = defineRow<{ dataset: string; taken: string; available: string }>({
  code: 'SM6203',
  severity: 'error',
  message: ({ dataset, taken, available }) =>
    `${taken} rows are taken of \`${dataset}\`, which has ${available} to take`,
  help: ({ dataset }) => `write \`take all ${dataset}\`, or correct the size; rows that are held out cannot be taken`,
  explain: {
    title: 'more rows taken than there are',
    why: 'A take is a choice without repetition; to read rows more often, train for more epochs.',
    wrong: withTakes('take 2000 chats'),
    right: withTakes('take 500 chats'),
  },
});

export const takesBesideSource = defineRow<{ block: string }>({
  code: 'SM6204',
  severity: 'error',
  message: ({ block }) => `${block} has a source and takes rows of others`,
  help: () => 'declare the source as a dataset of its own and take its rows here, too',
  explain: {
    title: 'a dataset with a source and with takes',
    why: 'A dataset is either read from one source or put together from the rows of others. With both it would be unclear which of the two its size and steps are about.',
    wrong: withTakes('source = local("more/*.jsonl"), take 500 chats'),
    right: withTakes('take 500 chats'),
  },
});

export const wrongFormat = defineRow<{ dataset: string; format: string; phase: string; wanted: readonly string[] }>({
  code: 'SM6205',
  severity: 'error',
  message: ({ dataset, format, phase }) => `${phase} cannot train on \`${dataset}\`, whose rows are \`${format}(…)\``,
  help: ({ wanted }) =>
    `give the dataset \`format = ${wanted.map((name) => `${name}(…)`).join('` or `')}\`, or use another`,
  explain: {
    title: 'rows of another kind than the phase reads',
    why: 'Pretraining reads plain text, sft conversations or prompts with a response, and dpo prompts with a better and a worse response. A dataset without a `format` has that of the post-training that reads it.',
    wrong: withTakes('take all chats, format = preference()'),
    right: withTakes('take all chats, format = messages()'),
  },
});

export const wrongPattern = defineRow<{ fault: string }>({
  code: 'SM6206',
  severity: 'error',
  message: ({ fault }) => `the pattern cannot be used: ${fault}`,
  help: () =>
    'write a regular expression in the syntax of RE2: without backreferences and lookaround, and not too large',
  explain: {
    title: 'a pattern that cannot run in linear time',
    why: 'Steps run over billions of rows. Patterns are therefore matched by automata (RE2), in time that grows with the length of the row, which rules out references to groups and looking around; a pattern has at most 1,000 characters and makes at most 1,000 instructions.',
    wrong: withDataset('dataset other { source = web, keep where url matches "(a+)\\\\1" }\nallow SM6007 "an example"'),
    right: withDataset('dataset other { source = web, keep where url matches "a+" }\nallow SM6007 "an example"'),
  },
});

const generated = (endpoint: string) =>
  withDataset(
    `dataset prompts { source = local("prompts.jsonl") }\ndataset answers { source = generate("${endpoint}", "owner/model", prompts) }\nallow SM6007 "an example"`,
  );

export const endpointUrl = defineRow<{ endpoint: string }>({
  code: 'SM6207',
  severity: 'error',
  message: ({ endpoint }) => `\`${endpoint}\` is no URL of a server`,
  help: () => 'write for example `"http://127.0.0.1:8000/v1"`',
  explain: {
    title: 'an endpoint that is no URL',
    why: 'Rows of `generate(…)` are written by a model that a server offers over http or https. The text must name that server.',
    wrong: generated('my server'),
    right: generated('http://127.0.0.1:8000/v1'),
  },
});

export const chatWithoutTurns = defineRow<{ dataset: string; format: string }>({
  code: 'SM6208',
  severity: 'error',
  message: ({ dataset, format }) => `\`${dataset}\` has a chat template, but its rows are \`${format}(…)\``,
  help: () => 'remove `chat`, or give the dataset `format = messages(…)` or `format = prompt_response(…)`',
  explain: {
    title: 'a chat template for rows without turns',
    why: 'A template turns a conversation into text. Rows of plain text have no turns, and it would change nothing.',
    wrong: withDataset(
      'dataset other { source = local("o.jsonl"), format = text(), chat = chatml() }\nallow SM6007 "an example"',
    ),
    right: withDataset(
      'dataset other { source = local("o.jsonl"), format = messages(), chat = chatml() }\nallow SM6007 "an example"',
    ),
  },
});
