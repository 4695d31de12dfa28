import { type AttributeRow, attribute, type BlockName, type ValueType } from './row.ts';
import { anyOf, callOf, reference, whole } from './value-types.ts';

function later(name: string, blocks: readonly BlockName[], type: ValueType, documentation: string): AttributeRow {
  return attribute({ name, blocks, type, default: 'none', documentation, availability: 'later' });
}

const phaseOrWeights = anyOf(callOf('hf', 'local', 'nanotron'), reference);

/** Attributes of the language that this version of smol refuses by name, so that nobody takes them for misspelt. */
export const laterAttributes: readonly AttributeRow[] = [
  later('from', ['ablation'], phaseOrWeights, 'Where the weights come from at the start.'),
  later('chat', ['dataset'], callOf('chatml', 'jinja'), 'How a conversation becomes text.'),
  later('steps', ['ablation'], whole(['steps']), 'Length in steps.'),
  later('schedule', ['ablation'], callOf('wsd', 'constant', 'cosine', 'linear'), 'The learning rate.'),
  later('tokens', ['ablation'], whole(['tokens']), 'Length of each arm.'),
  later('of', ['ablation'], reference, 'The phase that the arms copy.'),
];

/** Functions that one attribute will take in a later version, beside those that take them now. */
export const laterUses: readonly { readonly function: string; readonly attribute: string }[] = [
  { function: 'generate', attribute: 'source' },
];
