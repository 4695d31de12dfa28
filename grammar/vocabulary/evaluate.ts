import { attribute, functionRow, parameter, type ValueRow } from './row.ts';
import { anyOf, atLeast, callOf, edge, listOf, real, text, whole, words } from './value-types.ts';

const blocks = ['evaluate'] as const;

export const evaluateAttributes = {
  at: attribute({
    name: 'at',
    blocks,
    type: listOf(anyOf(edge, real(['tokens', 'steps', 'part'], { bare: 'tokens' }))),
    default: 'required',
    documentation: 'The points of the run to measure at: ends of stages and phases, or positions in pretraining.',
  }),
  tasks: attribute({
    name: 'tasks',
    blocks,
    type: listOf(callOf('cloze', 'choice', 'generate', 'perplexity', 'needle')),
    default: 'required',
    documentation: 'What is measured.',
  }),
};

const now = { byPlace: 1, repeated: false } as const;

const task = parameter({
  name: 'task',
  type: text,
  default: 'required',
  documentation: 'A task file (.json, .yaml) relative to the recipe, or the name of a task.',
});
const name = parameter({
  name: 'name',
  type: text,
  default: 'none',
  documentation: 'What `expect` and reports call it; the task, or its file without folder and ending, unless given.',
});
const shots = parameter({
  name: 'shots',
  type: whole(['number'], { least: atLeast('0'), most: atLeast('1000') }),
  default: { value: '0', source: "SmolLM2's evaluations are zero-shot unless stated otherwise" },
  documentation: 'Solved examples before the question.',
});

function taskFunction<const P extends Readonly<Record<string, ValueRow>>>(
  functionName: string,
  documentation: string,
  more: P,
) {
  return functionRow({ ...now, name: functionName, documentation, parameters: { task, name, shots, ...more } });
}

/** How a task is measured. */
export const taskFunctions = {
  cloze: taskFunction('cloze', 'Choice by the likelihood of the full answers.', {}),
  choice: taskFunction('choice', 'Choice between options that the model is shown or compares.', {
    formulation: parameter({
      name: 'formulation',
      type: words('mcf', 'cf'),
      default: { value: 'mcf', source: 'Gu et al. 2024 (OLMES): the form of models that can use options' },
      documentation: 'With `mcf` the options are shown and their letters compared, with `cf` the full answers.',
    }),
  }),
  generate: taskFunction('generate', 'An answer that the model writes, judged against the right one.', {}),
  perplexity: functionRow({
    ...now,
    name: 'perplexity',
    documentation: 'Perplexity of texts, every token weighed equally.',
    parameters: { task, name },
  }),
  needle: functionRow({
    ...now,
    name: 'needle',
    documentation: 'A sentence to find in long made-up prose.',
    parameters: { task, name },
  }),
};
