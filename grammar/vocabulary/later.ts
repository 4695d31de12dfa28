import { type AttributeRow, attribute, type BlockName, type ValueType } from './row.ts';
import { callOf } from './value-types.ts';

function later(name: string, blocks: readonly BlockName[], type: ValueType, documentation: string): AttributeRow {
  return attribute({ name, blocks, type, default: 'none', documentation, availability: 'later' });
}

/** Attributes of the language that this version of smol refuses by name, so that nobody takes them for misspelt. */
export const laterAttributes: readonly AttributeRow[] = [
  later('chat', ['dataset'], callOf('chatml', 'jinja'), 'How a conversation becomes text.'),
];

/** Functions that one attribute will take in a later version, beside those that take them now. */
export const laterUses: readonly { readonly function: string; readonly attribute: string }[] = [
  { function: 'generate', attribute: 'source' },
];
