import { DataError } from '../../data/data-error.ts';
import { philox4x32 } from '../../model/philox.ts';
import type { Sequence } from '../scoring/plan-scoring.ts';
import type { SequenceScore } from '../scoring/score-sequences.ts';
import type { LoadedTask } from '../task/load-task.ts';
import type { NeedleTask } from '../task/task-definition.ts';
import { encodeAll } from './encode-pairs.ts';
import { meanOf } from './estimate.ts';
import type { Measurement, PreparedTask, TaskOptions, TaskSubject } from './prepared-task.ts';

type LoadedNeedle = LoadedTask & { readonly definition: NeedleTask };

interface Cell {
  readonly length: number;
  readonly depth: number;
}

const cities = [
  'Lisbon',
  'Oslo',
  'Cairo',
  'Quito',
  'Hanoi',
  'Accra',
  'Lima',
  'Riga',
  'Tunis',
  'Perth',
  'Kyoto',
  'Delhi',
];
const subjects = ['The baker', 'A sailor', 'The teacher', 'Her brother', 'The old clerk', 'A farmer', 'The doctor'];
const verbs = ['walked along', 'looked at', 'thought about', 'painted', 'came back to', 'measured', 'wrote about'];
const objects = ['the harbour', 'a wooden bridge', 'the empty market', 'the long road', 'a field of rye', 'the tower'];
const times = ['in the morning', 'before the rain', 'on a quiet day', 'late in the year', 'without a word'];

/**
 * Needle in a haystack: a sentence with a number stands at a depth of made-up prose, and the prompt ends with the question for
 * it. An answer counts where every token of the number is the likeliest one, which is what greedy decoding would write.
 * Throws DataError for a length beyond the model's context.
 */
export async function prepareNeedle(
  { definition, owner }: LoadedNeedle,
  subject: TaskSubject,
  { seed, limit }: TaskOptions,
): Promise<PreparedTask> {
  const { lengths, depths, trials = 3 } = definition;
  const beyond = lengths.find((length) => length > subject.context);
  if (beyond !== undefined) {
    throw new DataError(
      `${owner}: a length of ${beyond} tokens is beyond the model's context of ${subject.context}`,
      'write a task file with `extends = needle` and its own `lengths`',
    );
  }
  const cells: Cell[] = lengths.flatMap((length) =>
    depths.flatMap((depth) => Array.from({ length: trials }, () => ({ length, depth }))),
  );
  const kept = limit === null ? cells : cells.slice(0, limit);
  const sequences: Sequence[] = [];
  for (const [item, cell] of kept.entries()) sequences.push(await haystack(cell, draws(seed, item), subject, owner));
  return { how: 'score', sequences, judge: (scores) => judgeNeedles(kept, scores) };
}

/** Exactly `length` tokens with the answer: sentences before the needle, the needle, sentences after it, the question. */
async function haystack(cell: Cell, draw: Draw, { tokenizer }: TaskSubject, owner: string): Promise<Sequence> {
  const city = draw(cities);
  const number = String(10_000 + Math.floor(draw.uniform() * 90_000));
  const needle = ` The secret number of ${city} is ${number}.`;
  const question = `\n\nQuestion: What is the secret number of ${city}?\nAnswer: The secret number of ${city} is`;
  const filler = Array.from({ length: Math.ceil(cell.length / 4) }, () => ` ${sentence(draw)}`);
  const texts = await encodeAll(tokenizer, [needle, question, `${question} ${number}`, ...filler]);
  const asked = [...texts.get(question)!];
  const answer = [...texts.get(`${question} ${number}`)!].slice(asked.length);
  const room = cell.length - 1 - texts.get(needle)!.length - asked.length - answer.length;
  if (room < 0) {
    throw new DataError(
      `${owner}: ${cell.length} tokens have no room for the needle and its question`,
      'write greater `lengths`',
    );
  }
  const before: number[] = [];
  const after: number[] = [];
  const target = Math.round(cell.depth * room);
  for (const each of filler) {
    const tokens = [...texts.get(each)!];
    if (before.length + tokens.length <= target) before.push(...tokens);
    else after.push(...tokens);
  }
  const rest = after.slice(0, room - before.length);
  const read = [tokenizer.endOfText, ...before, ...texts.get(needle)!, ...rest, ...asked, ...answer];
  const places = answer.map((_, i) => read.length - answer.length - 1 + i);
  return { tokens: Int32Array.from(read.slice(0, -1)), places, labels: answer };
}

function sentence(draw: Draw): string {
  return `${draw(subjects)} ${draw(verbs)} ${draw(objects)} ${draw(times)}.`;
}

/** A seeded choice; `uniform` gives the next number in [0, 1). */
interface Draw {
  (from: readonly string[]): string;
  readonly uniform: () => number;
}

/** The last counter word sets this use of the seed apart from others. */
function draws(seed: number, item: number): Draw {
  const words = new Uint32Array(4);
  let index = 0;
  const uniform = () => {
    philox4x32([index++ >>> 0, item >>> 0, 0, 0x6e656564], [seed >>> 0, Math.floor(seed / 2 ** 32)], words);
    return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53;
  };
  return Object.assign((from: readonly string[]) => from[Math.floor(uniform() * from.length)]!, { uniform });
}

function judgeNeedles(cells: readonly Cell[], scores: readonly SequenceScore[]): Measurement {
  const found = scores.map(({ isGreedy }) => (isGreedy ? 1 : 0));
  const at = (wanted: (cell: Cell) => boolean) => meanOf(found.filter((_, i) => wanted(cells[i]!)));
  const metrics = Object.fromEntries([
    ['found', meanOf(found)],
    ...[...new Set(cells.map(({ length }) => length))].map((length) => [
      `found/length_${length}`,
      at((cell) => cell.length === length),
    ]),
    ...[...new Set(cells.map(({ depth }) => depth))].map((depth) => [
      `found/depth_${depth}`,
      at((cell) => cell.depth === depth),
    ]),
  ]);
  return { items: cells.length, truncated: 0, metrics, primary: 'found' };
}
