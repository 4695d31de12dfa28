import type { vocabulary } from '../../grammar/index.ts';

/** What a type takes, in words for a message: "a number of tokens", "`full` or `document`". */
export function describeType(type: vocabulary.ValueType): string {
  switch (type.is) {
    case 'quantity':
      return describeDimensions(type.dimensions);
    case 'word':
      return alternatives(type.words.map((word) => `\`${word}\``));
    case 'name':
      return 'a word without quotes';
    case 'text':
      return 'a text in double quotes';
    case 'boolean':
      return '`true` or `false`';
    case 'call':
      return alternatives(type.functions.map((name) => `\`${name}(…)\``));
    case 'edge':
      return 'an edge such as `decay.start`';
    case 'reference':
      return 'the name of a dataset';
    case 'list':
      return `a list in brackets of ${describeType(type.of as vocabulary.ValueType)}`;
    case 'choice':
      return alternatives((type.of as readonly vocabulary.PlainType[]).map(describeType));
  }
}

function describeDimensions(dimensions: readonly vocabulary.Dimension[]): string {
  if (dimensions.length === 1 && dimensions[0] === 'number') return 'a number';
  const units = dimensions.map((dimension) => (dimension === 'part' ? '%' : dimension.replaceAll('_', ' ')));
  return `a number of ${alternatives(units)}`;
}

/** "a", "a or b", "a, b or c". */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
