import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Evaluations (SM53xx). */

const stages = ['stage a ..500k { 100% web }', 'stage b { 100% code }'];
const withEvaluate = (...lines: readonly string[]) =>
  `${sampleRecipe(samplePretrain(stages))}\nevaluate {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;

export const taskTwice = defineRow<{ name: string }>({
  code: 'SM5301',
  severity: 'error',
  message: ({ name }) => `two tasks are named \`${name}\``,
  label: () => 'measured again here',
  help: ({ name }) => `remove one, or give it a name of its own: \`name = "${name}_2"\``,
  explain: {
    title: 'two tasks of one name',
    why: 'Results, expectations and reports call a task by its name. The same task may be measured in two ways, but then the two need different names.',
    wrong: withEvaluate('at = [b.end]', 'tasks = [cloze("mmlu"), choice("mmlu")]'),
    right: withEvaluate('at = [b.end]', 'tasks = [cloze("mmlu"), choice("mmlu", name = "mmlu_mcf")]'),
  },
});

export const nothingMeasured = defineRow<{ block: string; name: string }>({
  code: 'SM5302',
  severity: 'error',
  message: ({ block, name }) => `\`${name}\` of ${block} is empty`,
  help: ({ name }) =>
    name === 'at'
      ? 'name at least one point, such as `pretrain.end`'
      : 'name at least one task, such as `cloze("arc")`',
  explain: {
    title: 'an evaluation of nothing, or nowhere',
    why: 'An evaluation measures tasks at points of the run. With an empty list it would do nothing, which is better said by leaving it out.',
    wrong: withEvaluate('at = []', 'tasks = [cloze("arc")]'),
    right: withEvaluate('at = [pretrain.end]', 'tasks = [cloze("arc")]'),
  },
});

export const notMeasuredThere = defineRow<{ block: string }>({
  code: 'SM5303',
  severity: 'error',
  message: ({ block }) => `${block} does not measure at this point`,
  help: () => 'add the point to `at`, or expect the value at one that is there',
  explain: {
    title: 'an expectation at a point without a measurement',
    why: 'An expectation is looked at when its block measures. At any other point it would never be looked at, and the run would go on whatever the value is.',
    wrong: withEvaluate('at = [b.end]', 'tasks = [cloze("arc")]', 'expect arc > 25% at a.end else stop'),
    right: withEvaluate('at = [a.end, b.end]', 'tasks = [cloze("arc")]', 'expect arc > 25% at a.end else stop'),
  },
});

export const trainedOnTask = defineRow<{ dataset: string; task: string; where: string }>({
  code: 'SM5304',
  severity: 'warning',
  message: ({ dataset, task, where }) => `\`${dataset}\` is trained on, and ${where} measures \`${task}\``,
  help: ({ dataset }) =>
    `leave \`${dataset}\` out, measure another task, or \`decontaminate\` it against the task's test rows`,
  explain: {
    title: 'an evaluation set among the training sets',
    why: 'A model that has read the answers is measured on its memory. Sets are told by the name of the dataset, of its repository and of the task; `allow` says why it is right, for example because only the training split is read.',
    wrong: `${sampleRecipe(samplePretrain(['90% web', '10% gsm8k']))}\ndataset gsm8k { source = local("g.jsonl") }\nevaluate e { at = [pretrain.end], tasks = [generate("gsm8k")] }\nallow SM6007 "an example"\n`,
    right: `${sampleRecipe(samplePretrain(['90% web', '10% gsm8k']))}\ndataset gsm8k { source = local("g.jsonl") }\nevaluate e { at = [pretrain.end], tasks = [generate("math")] }\nallow SM6007 "an example"\n`,
  },
});

const measuring = (tasks: string) => withEvaluate('at = [pretrain.end]', `tasks = [${tasks}]`);
const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

export const unknownTask = defineRow<{ task: string; near: readonly string[]; known: readonly string[] }>({
  code: 'SM5305',
  severity: 'error',
  message: ({ task }) => `there is no task \`${task}\``,
  help: ({ near, known }) =>
    didYouMean(near.map((name) => `"${name}"`)) ??
    `known by name are ${listed(known)}; a task of your own is a file that ends in .json, .yaml or .yml`,
  explain: {
    title: 'a task of unknown name',
    why: 'A task is measured by its settings: the prompt, the options, the metric. Those of some tasks are shipped under a name; of any other a file says them, whose name ends in .json, .yaml or .yml.',
    wrong: measuring('cloze("hellaswg")'),
    right: measuring('cloze("hellaswag")'),
  },
});

export const taskOfOtherKind = defineRow<{ task: string; kind: string; own: string }>({
  code: 'SM5306',
  severity: 'error',
  message: ({ task, kind, own }) => `task \`${task}\` is of kind \`${own}\`, and is asked for as \`${kind}\``,
  help: ({ task, own }) => `write \`${own}("${task}")\``,
  explain: {
    title: 'a task of another kind',
    why: 'A task has one kind: an answer among options, a text that the model writes, a perplexity, a needle. Only a question with options may be measured in two ways, as `choice` by letters and as `cloze` by full answers.',
    wrong: measuring('cloze("gsm8k")'),
    right: measuring('generate("gsm8k", shots = 5)'),
  },
});

export const taskNotShipped = defineRow<{ tasks: readonly string[]; block: string }>({
  code: 'SM5307',
  severity: 'note',
  message: ({ tasks, block }) =>
    `${block} can be planned, and is not run with ${listed(tasks)}: the settings of ${tasks.length === 1 ? 'this task' : 'these tasks'} are not shipped`,
  help: () => 'to run it, write a task file and name it: `"tasks/NAME.json"` (a profile may do so)',
  explain: {
    title: 'a task that can be planned only',
    why: 'These benchmarks are known by name, so that a recipe can say what was measured, but how they are asked is not shipped; a run refuses the evaluation before it trains.',
    wrong: measuring('cloze("winogrande")'),
    right: measuring('cloze("tasks/winogrande.json")'),
  },
});
