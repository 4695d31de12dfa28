import { type AttributeRow, attribute, type BlockName, type FunctionRow, functionRow, type ValueType } from './row.ts';
import { anyOf, callOf, edge, listOf, reference, whole } from './value-types.ts';

function later(name: string, blocks: readonly BlockName[], type: ValueType, documentation: string): AttributeRow {
  return attribute({ name, blocks, type, default: 'none', documentation, availability: 'later' });
}

function laterFunction(name: string, documentation: string): FunctionRow {
  return functionRow({ name, parameters: {}, byPlace: 0, repeated: false, documentation, availability: 'later' });
}

const phaseOrWeights = anyOf(callOf('hf', 'local', 'nanotron'), reference);

/** Attributes of the language that this version of smol refuses by name, so that nobody takes them for misspelt. */
export const laterAttributes: readonly AttributeRow[] = [
  later('from', ['ablation'], phaseOrWeights, 'Where the weights come from at the start.'),
  later('chat', ['dataset'], callOf('chatml', 'jinja'), 'How a conversation becomes text.'),
  later('steps', ['ablation'], whole(['steps']), 'Length in steps.'),
  later('schedule', ['ablation'], callOf('wsd', 'constant', 'cosine', 'linear'), 'The learning rate.'),
  later('at', ['evaluate'], listOf(edge), 'The points of the run to measure at.'),
  later('tasks', ['evaluate'], listOf(callOf('cloze', 'choice', 'generate')), 'What is measured.'),
  later('tokens', ['ablation'], whole(['tokens']), 'Length of each arm.'),
  later('of', ['ablation'], reference, 'The phase that the arms copy.'),
];

/** Functions of the same kind. */
export const laterFunctions: readonly FunctionRow[] = [
  laterFunction('generate', 'Rows or answers written by a model.'),
  laterFunction('cloze', 'Choice by the likelihood of the full answers.'),
  laterFunction('choice', 'Choice by the likelihood of the letters.'),
];
