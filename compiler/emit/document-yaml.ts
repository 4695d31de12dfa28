import type { ScalarTag, Tags } from 'yaml';
import { escapeUnread } from './escape-unread.ts';

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

/** A number that JavaScript writes with an exponent: `1e-8` would be a text to YAML 1.1, `1.0e-08` is a number to both. */
const smallFloat: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && String(value).includes('e'),
  test: /^[-+]?[0-9]+\.[0-9]+e[-+][0-9]+$/,
  resolve: Number,
  stringify: ({ value }) => {
    const [mantissa, exponent] = String(value).split('e') as [string, string];
    const digits = exponent.replace(/^[-+]/, '').padStart(2, '0');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
  },
};
