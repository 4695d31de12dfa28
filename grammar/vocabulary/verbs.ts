import { functionRow, parameter, type VerbRow } from './row.ts';
import { anyOf, atLeast, listOf, real, reference, text, whole } from './value-types.ts';

/** The steps that rows of a dataset pass through, and the other entries that are not attributes. */
export const verbs: readonly VerbRow[] = [
  { name: 'keep', functions: [], documentation: 'Keeps the rows that match.' },
  {
    name: 'drop',
    functions: [],
    documentation: 'Drops the rows that match, or a part of them; rows that do not match are left alone.',
  },
  {
    name: 'dedup',
    functions: ['exact', 'minhash', 'embedding'],
    documentation: 'Keeps one of each group of equal or nearly equal rows.',
  },
  {
    name: 'decontaminate',
    functions: ['ngram'],
    documentation: 'Drops rows that share text with evaluation sets.',
  },
  { name: 'score', functions: ['classify'], documentation: 'Adds a column with a score.' },
  { name: 'sample', functions: [], documentation: 'Keeps a seeded choice of the rows.' },
  {
    name: 'take',
    functions: [],
    documentation: "Adds a number, a part or all of another dataset's rows to a set for post-training.",
  },
  {
    name: 'expect',
    functions: [],
    documentation: 'Warns or stops the run when a measured value is not as expected.',
  },
  {
    name: 'allow',
    functions: [],
    documentation: 'Silences a warning in its block, or in the whole file at top level, with the reason.',
  },
];

const now = { repeated: false } as const;
/** Of a row's signature; `bands` times `hashes` is bounded where both are known. */
const signature = whole(['number'], { most: atLeast('10000') });
/** Words that are compared as one; texts that share more share runs of fewer, too. */
const run = whole(['number'], { most: atLeast('1000') });

export const stepFunctions = {
  exact: functionRow({
    ...now,
    name: 'exact',
    byPlace: 0,
    documentation: 'Rows with the same text are equal.',
    parameters: {},
  }),
  minhash: functionRow({
    ...now,
    name: 'minhash',
    byPlace: 0,
    documentation: 'Rows are nearly equal by MinHash signatures (Broder 1997).',
    parameters: {
      bands: parameter({
        name: 'bands',
        type: signature,
        default: { value: '14', source: "datatrove's MinHash settings" },
        documentation: 'Bands of the signature; rows that share one are nearly equal.',
      }),
      hashes: parameter({
        name: 'hashes',
        type: signature,
        default: { value: '8', source: "datatrove's MinHash settings" },
        documentation: 'Hashes of a band.',
      }),
      ngram: parameter({
        name: 'ngram',
        type: run,
        default: { value: '5', source: "datatrove's MinHash settings" },
        documentation: 'Words of a shingle.',
      }),
    },
  }),
  embedding: functionRow({
    ...now,
    name: 'embedding',
    byPlace: 1,
    documentation: 'Rows are nearly equal by the cosine of their embeddings.',
    parameters: {
      model: parameter({
        name: 'model',
        type: text,
        default: 'required',
        documentation: 'The embedding model, a repository of the hub.',
      }),
      similarity: parameter({
        name: 'similarity',
        type: real(['part'], { most: atLeast('1') }),
        default: { value: '95%', source: "smol's own choice: paraphrases, not rows on one subject" },
        documentation: 'The cosine from which on rows are nearly equal.',
      }),
    },
  }),
  ngram: functionRow({
    ...now,
    name: 'ngram',
    byPlace: 0,
    documentation: 'Rows that share a run of words with one of the sets.',
    parameters: {
      n: parameter({
        name: 'n',
        type: run,
        default: { value: '13', source: 'Brown et al. 2020, appendix C' },
        documentation: 'Words of the run.',
      }),
      against: parameter({
        name: 'against',
        type: listOf(anyOf(text, reference)),
        default: 'required',
        documentation:
          'The evaluation sets: names of datasets; as a text, an evaluation task, by its name or its file in the recipe’s folder.',
      }),
    },
  }),
  classify: functionRow({
    ...now,
    name: 'classify',
    byPlace: 1,
    documentation: 'The score of a `classifier`, or of one of the Hugging Face hub.',
    parameters: {
      classifier: parameter({
        name: 'classifier',
        type: anyOf(text, reference),
        default: 'required',
        documentation: 'Its name; as a text, its repository of the hub.',
      }),
    },
  }),
};
