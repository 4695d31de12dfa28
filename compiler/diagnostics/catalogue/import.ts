import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { sampleNanotron } from './sample-nanotron.ts';

/** Configurations of nanotron that `smol import` reads (SM7201 to SM7219): their text, and what they leave open. */

const fromNanotron = { wrong: { importFrom: 'nanotron' }, right: { importFrom: 'nanotron' } } as const;

/** Why a document that is YAML is refused as it stands. */
export type YamlFault =
  | { readonly kind: 'size'; readonly most: number }
  | { readonly kind: 'depth'; readonly most: number }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'repeated'; readonly name: string; readonly most: number }
  | { readonly kind: 'merge' }
  | { readonly kind: 'key' };

export const notYaml = defineRow<{ mistake: string | null }>({
  code: 'SM7201',
  severity: 'error',
  message: ({ mistake }) => (mistake === null ? 'this is no YAML' : `this is no YAML: ${mistake}`),
  help: () => 'give the configuration that nanotron was run with, as it is',
  explain: {
    title: 'a file that is no YAML',
    why: '`smol import` reads configurations of nanotron, which are YAML. What cannot be parsed is not guessed at.',
    wrong: sampleNanotron().replace('dp: 8, pp: 1, tp: 1 }', 'dp: 8, pp: 1, tp: 1'),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const notNanotron = defineRow<{ what: string; help: string }>({
  code: 'SM7202',
  severity: 'error',
  message: ({ what }) => `this is no configuration of nanotron: ${what}`,
  help: ({ help }) => help,
  explain: {
    title: 'a file of something else',
    why: 'A configuration of nanotron has the blocks `model`, `tokens`, `optimizer` and `parallelism`. Reading another file as one would find nothing in it and say so in twenty messages.',
    wrong: 'model_name_or_path: owner/model\ndataset_mixer: { owner/chats: 1.0 }\nlearning_rate: 2.0e-05\n',
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const duplicateKey = defineRow<{ key: string }>({
  code: 'SM7203',
  severity: 'error',
  message: ({ key }) => `\`${key}\` is given twice`,
  label: () => 'and again here',
  help: () => 'keep one of them: nanotron takes the last, and says nothing',
  explain: {
    title: 'a key given twice',
    why: 'YAML forbids it, and the loader that nanotron uses takes the last value in silence. Which one was meant is for its author to say.',
    wrong: sampleNanotron({ tokens: { micro_batch_size: '4\n  train_steps: 2000' } }),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const yamlRefused = defineRow<{ fault: YamlFault }>({
  code: 'SM7204',
  severity: 'error',
  message: ({ fault }) => {
    switch (fault.kind) {
      case 'size':
        return `the file has more than ${formatCount(fault.most)} characters`;
      case 'depth':
        return `this lies more than ${formatCount(fault.most)} levels deep`;
      case 'tag':
        return `the tag \`${fault.tag}\` asks for something to be constructed`;
      case 'alias':
        return `\`*${fault.name}\` names nothing that is complete above it`;
      case 'repeated':
        return `with what \`*${fault.name}\` repeats, the file has more than ${formatCount(fault.most)} values`;
      case 'merge':
        return 'the merge key `<<` is not read';
      case 'key':
        return 'this key is no plain text';
    }
  },
  help: ({ fault }) => {
    switch (fault.kind) {
      case 'size':
      case 'depth':
      case 'repeated':
        return 'a configuration is a few pages: check that it is the right file';
      case 'tag':
        return 'write the value itself: numbers, texts, lists and maps need no tag';
      case 'alias':
        return 'write the value itself, or the anchor before its aliases';
      case 'merge':
        return 'write the keys that it brings in';
      case 'key':
        return 'keys are words';
    }
  },
  explain: {
    title: 'a form of YAML that is not read',
    why: 'Tags can construct objects, merge keys hide what a block holds, and size and depth have no end in YAML. A configuration needs none of it; refusing it keeps a foreign file from doing more than being read.',
    wrong: sampleNanotron({ tokens: { train_steps: '!!python/object:steps 1000' } }),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const wrongType = defineRow<{ key: string; written: string; wanted: string }>({
  code: 'SM7205',
  severity: 'error',
  message: ({ key, written, wanted }) => `\`${key}\` is ${written}, where ${wanted} belongs`,
  help: () => null,
  explain: {
    title: 'a value of another type',
    why: 'nanotron refuses such a file too. A guess at what was meant would be a recipe for another run.',
    wrong: sampleNanotron({ tokens: { train_steps: 'many' } }),
    right: sampleNanotron({ tokens: { train_steps: '1000' } }),
    options: fromNanotron,
  },
});

export const missingKey = defineRow<{ key: string; isInBlock: boolean }>({
  code: 'SM7206',
  severity: 'error',
  message: ({ key }) => `\`${key}\` is missing`,
  label: ({ isInBlock }) => (isInBlock ? 'in this block' : null),
  help: ({ key }) => `add \`${key.split('.').at(-1)}\`: nanotron needs it too, and has no default for it`,
  explain: {
    title: 'a key that nanotron needs',
    why: 'Steps, batch and learning rate have no defaults in nanotron, and a recipe cannot do without them either.',
    wrong: sampleNanotron({ tokens: { train_steps: '' } }),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const unknownKey = defineRow<{ key: string; near: readonly string[] }>({
  code: 'SM7207',
  severity: 'warning',
  message: ({ key }) => `nanotron knows no \`${key}\`: it is not taken over`,
  help: ({ near }) => didYouMean(near) ?? 'if it changes what is trained, say so in the recipe yourself',
  explain: {
    title: 'a key that nanotron does not know',
    why: 'nanotron (2411b022) refuses a file with a key that it does not know. It may be of another version, or misspelt: then the setting that was meant has its default in the recipe.',
    wrong: sampleNanotron({ tokens: { seqence_length: '512' } }),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const leftOut = defineRow<{ keys: readonly string[]; why: string; help: string | null }>({
  code: 'SM7208',
  severity: 'note',
  message: ({ keys, why }) => `not taken over, since ${why}: ${keys.map((key) => `\`${key}\``).join(', ')}`,
  help: ({ help }) => help,
  explain: {
    title: 'keys that a recipe has no place for',
    why: 'A recipe says what is trained, not how machines share the work or where logs go. What is left out is named, so that nobody looks for it.',
    wrong: sampleNanotron({ optimizer: { zero_stage: '1' } }),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const textNumber = defineRow<{ written: string; isQuoted: boolean; number: string; others: number }>({
  code: 'SM7209',
  severity: 'note',
  message: ({ written, number, others }) =>
    `${written} is taken as the number ${number}${others === 0 ? '' : `, and so ${others === 1 ? 'is' : 'are'} ${formatCount(others)} more`}`,
  notes: ({ isQuoted }) => [
    isQuoted
      ? 'in quotes it is a text to YAML, and nanotron stops at it'
      : 'to YAML 1.1, which nanotron reads, this is a text: a number with an exponent needs a point and a sign',
  ],
  help: ({ number }) => `for nanotron write \`${number}\``,
  explain: {
    title: 'a number that is a text to YAML 1.1',
    why: '`2e-5` without a point, or in quotes, is a text to the parser that nanotron uses. What is meant is plain, so the number is taken over; the file itself would stop nanotron.',
    wrong: sampleNanotron({ schedule: { learning_rate: '"1e-3"' } }),
    right: sampleNanotron({ schedule: { learning_rate: '1.0e-03' } }),
    options: fromNanotron,
  },
});
