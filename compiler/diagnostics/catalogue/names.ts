import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { sampleCode, sampleHeader, samplePretrain, sampleRecipe, sampleWeb } from './sample-recipe.ts';

/** Names (SM1001 to SM1012): what they stand for, and that each stands for one thing. */

const halves = ['50% web', '50% code'];

export const unknownName = defineRow<{ name: string; wanted: string; near: readonly string[] }>({
  code: 'SM1001',
  severity: 'error',
  message: ({ name, wanted }) => `nothing is named \`${name}\`, where ${wanted} must stand`,
  help: ({ near, name }) => didYouMean(near) ?? `declare \`${name}\`, or use a name that is declared`,
  explain: {
    title: 'a name that is not declared',
    why: 'Shares and references use datasets, mixtures and stages by name. A misspelt name would otherwise drop its data from the run without a word.',
    wrong: sampleRecipe(samplePretrain(['50% wbe', '50% code'])),
    right: sampleRecipe(samplePretrain(halves)),
  },
});

export const duplicateName = defineRow<{ name: string; kind: string; earlier: string }>({
  code: 'SM1002',
  severity: 'error',
  message: ({ name, kind, earlier }) =>
    `${kind} \`${name}\` has the name of ${earlier === kind ? `another ${kind}` : `a ${earlier}`}`,
  label: () => 'declared again here',
  help: () => 'rename one of the two; datasets, mixtures, stages and lets share one set of names',
  explain: {
    title: 'one name for two things',
    why: 'Datasets, mixtures, stages and lets share one set of names, so that a share means one thing wherever it stands.',
    wrong: `${sampleHeader}\n${sampleWeb}mixture web { 100% code }\n${sampleCode}`,
    right: `${sampleHeader}\n${sampleWeb}mixture all { 100% code }\n${sampleCode}`,
  },
});

export const unknownAttribute = defineRow<{
  name: string;
  block: string;
  near: readonly string[];
  /** What the block has. */
  known: readonly string[];
  /** What the language calls it, where another tool has the name. */
  native: string | null;
}>({
  code: 'SM1003',
  severity: 'error',
  message: ({ name, block }) => `${block} has no attribute \`${name}\``,
  help: ({ near, native, block, known }) =>
    native ?? didYouMean(near) ?? `remove it; ${block} has ${known.map((each) => `\`${each}\``).join(', ')}`,
  explain: {
    title: 'an attribute that does not exist',
    why: 'A setting that nothing reads is a run other than the one you asked for. smol reads every line or refuses it.',
    wrong: sampleRecipe(samplePretrain(['clip_nrom = 1.0', ...halves])),
    right: sampleRecipe(samplePretrain(['clip_norm = 1.0', ...halves])),
  },
});

export const misplacedAttribute = defineRow<{ name: string; block: string; belongs: readonly string[] }>({
  code: 'SM1004',
  severity: 'error',
  message: ({ name, block }) => `\`${name}\` is no attribute of ${block}`,
  help: ({ name, belongs }) => `move \`${name}\` to ${belongs.join(' or ')}`,
  explain: {
    title: 'an attribute in the wrong block',
    why: 'The attribute exists, in another block. The message names the block where it has its effect.',
    wrong: sampleRecipe(samplePretrain(['layers = 2', ...halves])),
    right: sampleRecipe(samplePretrain(halves)),
  },
});

export const duplicateAttribute = defineRow<{ name: string }>({
  code: 'SM1005',
  severity: 'error',
  message: ({ name }) => `\`${name}\` is given twice`,
  label: () => 'given again here',
  help: () => 'keep one of the two; to change a value for some runs, use a profile',
  explain: {
    title: 'an attribute that is given twice',
    why: 'If the last one won, a forgotten line far below would change the run. One fact stands in one place.',
    wrong: sampleRecipe(samplePretrain(['clip_norm = 1.0', 'clip_norm = 2.0', ...halves])),
    right: sampleRecipe(samplePretrain(['clip_norm = 1.0', ...halves])),
  },
});

export const reservedPhaseName = defineRow<{ name: string; kind: string }>({
  code: 'SM1007',
  severity: 'error',
  message: ({ name, kind }) => `a ${kind} cannot be named \`${name}\`: \`${name}.end\` is the end of the phase`,
  help: ({ name }) => `choose another name, for example \`${name}_data\``,
  explain: {
    title: 'a name that stands for a phase',
    why: 'The words pretrain, sft and dpo name phases of the run, and `pretrain.end` is a position. A stage of that name could not be told from the phase.',
    wrong: `${sampleHeader}\ndataset pretrain { source = local("web/*.jsonl") }\n`,
    right: `${sampleHeader}\ndataset pretrain_data { source = local("web/*.jsonl") }\n`,
  },
});

export const wrongKind = defineRow<{ name: string; is: string; wanted: string }>({
  code: 'SM1008',
  severity: 'error',
  message: ({ name, is, wanted }) => `\`${name}\` is a ${is}, where ${wanted} must stand`,
  help: ({ wanted }) => `use the name of ${wanted}`,
  explain: {
    title: 'a name of another kind of thing',
    why: 'The name is declared, but it stands for something that cannot be used here: a number is no data, and a mixture has no rows of its own.',
    wrong: sampleRecipe(`let half = 2\n${samplePretrain(['50% half', '50% code'])}`),
    right: sampleRecipe(samplePretrain(halves)),
  },
});

export const laterStage = defineRow<{ name: string; stage: string }>({
  code: 'SM1009',
  severity: 'error',
  message: ({ name, stage }) =>
    name === stage
      ? `stage \`${stage}\` uses its own shares`
      : `stage \`${stage}\` uses the shares of \`${name}\`, which does not come before it`,
  help: () => 'use an earlier stage, or name the shares with a `mixture` and use that in both',
  explain: {
    title: 'a share that names a later stage',
    why: 'A stage may repeat the shares of a stage before it. Read top to bottom, a file never refers to what has not been said.',
    wrong: sampleRecipe(samplePretrain(['stage a ..500k { 100% b }', 'stage b ..1M { 100% web }'])),
    right: sampleRecipe(samplePretrain(['stage a ..500k { 100% web }', 'stage b ..1M { 50% a, 50% code }'])),
  },
});

export const cycle = defineRow<{ kind: string; chain: readonly string[] }>({
  code: 'SM1010',
  severity: 'error',
  message: ({ kind, chain }) => `${kind} \`${chain[0]}\` is made of itself: ${chain.join(' → ')}`,
  help: () => 'break the chain at one of these places',
  explain: {
    title: 'mixtures or datasets that need each other',
    why: 'A mixture that contains itself has no shares that could be computed, and a dataset derived from itself has no rows.',
    wrong: `${sampleHeader}\n${sampleWeb}mixture a { 50% web, 50% b }\nmixture b { 50% web, 50% a }\n`,
    right: `${sampleHeader}\n${sampleWeb}mixture a { 50% web, 50% b }\nmixture b { 100% web }\n`,
  },
});

export const groupShadowsName = defineRow<{ name: string; kind: string }>({
  code: 'SM1011',
  severity: 'error',
  message: ({ name, kind }) => `the group \`${name}\` has the name of a ${kind}`,
  help: ({ name, kind }) => `rename the group, or remove its braces to use the ${kind} \`${name}\``,
  explain: {
    title: 'a group with the name of something else',
    why: 'A name before braces is a local group. If it also names a dataset, a reader cannot tell whether that dataset is used.',
    wrong: sampleRecipe(samplePretrain(['100% web { 50% web, 50% code }'])),
    right: sampleRecipe(samplePretrain(['100% everything { 50% web, 50% code }'])),
  },
});

export const unknownEdge = defineRow<{ written: string; of: string }>({
  code: 'SM1012',
  severity: 'error',
  message: ({ written }) => `\`${written}\` is no position`,
  help: ({ of }) => `write \`${of}.start\` or \`${of}.end\``,
  explain: {
    title: 'a position that is no edge',
    why: 'A position can be the start or the end of a stage: `decay.start`, `decay.end`.',
    wrong: sampleRecipe(
      samplePretrain(['stage decay { 100% web }'], { schedule: 'wsd(peak = 1e-3, decay_from = decay.begin)' }),
    ),
    right: sampleRecipe(
      samplePretrain(['stage decay { 100% web }'], { schedule: 'wsd(peak = 1e-3, decay_from = decay.start)' }),
    ),
  },
});
