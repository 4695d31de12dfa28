import { defineRow } from '../catalogue-row.ts';
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
