import type { ScalarTag, Tags } from 'yaml';
import { escapeUnread } from './escape-unread.ts';
import { yamlFloat } from './yaml-float.ts';

/**
 * A document of JSON values as YAML that YAML 1.1 and 1.2 read alike: every text is quoted, so that none is taken for a number, a
 * date or a truth value, and every float is written with a point and an exponent's sign. Keys are plain words.
 */
export async function documentYaml(document: unknown): Promise<string> {
  // Loaded here, since it takes longer than planning and few need it. By its default: a bundle gives a CommonJS package that
  // is imported at run time no other name.
  const { default: yaml } = await import('yaml');
  const text = yaml.stringify(document, {
    customTags: (tags) => [smallFloat, ...tags.filter((tag) => !isMergeKey(tag))],
    version: '1.1',
    // A text `<<` would else be written bare, as the merge key that YAML 1.1 knows.
    merge: false,
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
  // Texts are all in double quotes, and nothing else holds such characters.
  return escapeUnread(text);
}

function isMergeKey(tag: Tags[number]): boolean {
  return tag === 'merge' || (typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:merge');
}

/** A number that JavaScript writes with an exponent, of which YAML 1.1 would make a text. */
const smallFloat: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && String(value).includes('e'),
  test: /^[-+]?[0-9]+\.[0-9]+e[-+][0-9]+$/,
  resolve: Number,
  stringify: ({ value }) => yamlFloat(value as number),
};
