/**
 * Makes the rows of the example tasks, `examples/data/tasks/*.jsonl`, again byte for byte. A test runs it and compares.
 *
 *   node scripts/data/make-task-data.mjs [--out DIR]
 *
 * `arithmetic`, `equations`, `stories` and `instructions` are made up here; `sentences` are sentences of the shipped novel with the
 * endings of others.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const examples = fileURLToPath(new URL('../../examples/data', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(examples, 'tasks') } } });

/** A linear congruential generator (Numerical Recipes): good enough to choose rows, the same everywhere. */
function generator(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled(list, draw) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/** Sums, differences and products of small numbers; wrong options are near the right one. */
function arithmetic(count) {
  const draw = generator(1);
  return Array.from({ length: count }, () => {
    const operation = ['+', '-', '×'][draw(3)];
    const [a, b] = operation === '×' ? [2 + draw(11), 2 + draw(11)] : [10 + draw(90), 2 + draw(60)];
    const [high, low] = [Math.max(a, b), Math.min(a, b)];
    const right = operation === '+' ? a + b : operation === '-' ? high - low : a * b;
    const near = shuffled([1, 2, 3, 5, 10, 11], draw).slice(0, 3);
    const options = shuffled(
      [right, ...near.map((by, i) => (i % 2 === 0 || right - by < 0 ? right + by : right - by))],
      draw,
    );
    const question = operation === '-' ? `${high} - ${low}` : `${a} ${operation} ${b}`;
    return {
      question: `What is ${question}?`,
      choices: options.map(String),
      answer: options.indexOf(right),
      result: String(right),
    };
  });
}

/** Linear equations with whole solutions, in the words of `examples/data/math/algebra.jsonl`. */
function equations(count) {
  const draw = generator(4);
  return Array.from({ length: count }, () => {
    const name = 'abcdmnpqrstuvwxyz'[draw(17)];
    const [solution, factor, constant] = [draw(60) - 15, 2 + draw(90), 1 + draw(120)];
    const result = factor * solution + constant;
    const ask = ['Determine the value of', 'Solve for', 'Find the value of'][draw(3)];
    const equation = `${factor}*${name} + ${constant} = ${result}`;
    const text = `Problem. ${ask} ${name}${ask === 'Solve for' ? '' : ' in the equation'}: ${equation}\nAnswer. ${solution}`;
    return { text };
  });
}

/** Problems in a sentence or two with their way to the answer, as `examples/data/math/worked-problems.jsonl` has them. */
function stories(count) {
  const draw = generator(5);
  const names = ['Maria', 'Robert', 'Ava', 'John', 'Taylor', 'Michael', 'Sophia', 'Carl'];
  const things = ['boxes of pencils', 'bags of apples', 'packs of cards', 'trays of eggs', 'jars of cookies'];
  return Array.from({ length: count }, () => {
    const [name, thing] = [names[draw(names.length)], things[draw(things.length)]];
    const [holder, single] = thing.split(' of ');
    const [many, each] = [2 + draw(12), 3 + draw(20)];
    const total = many * each;
    const given = 1 + draw(total - 1);
    const problem = `${name} buys ${many} ${thing}, with ${each} ${single} in each, and gives ${given} ${single} to a friend. How many ${single} are left?`;
    const way = `The ${many} ${holder} hold ${many}*${each}=${total} ${single}.\nThen ${total}-${given}=${total - given} ${single} are left.`;
    return { text: `Problem. ${problem}\nAnswer. ${way}\n#### ${total - given}` };
  });
}

/** Sentences of the novel of some 12 to 30 words, cut before their last five words. */
function sentences(count) {
  const draw = generator(2);
  const lines = readFileSync(join(examples, 'novel/moby-dick.jsonl'), 'utf8').trim().split('\n');
  const found = lines.flatMap((line) =>
    JSON.parse(line)
      .text.replace(/\s+/g, ' ')
      .split(/(?<=[.!?]) (?=[A-Z])/)
      .filter((sentence) => /^[A-Z][^"“”()]*[a-z][.!?]$/.test(sentence) && isOfLength(sentence.split(' ').length)),
  );
  const chosen = shuffled([...new Set(found)], draw).slice(0, count);
  const parts = chosen.map((text) => {
    const words = text.split(' ');
    return { text, context: words.slice(0, -5).join(' '), ending: words.slice(-5).join(' ') };
  });
  return parts.map(({ text, context, ending }, index) => {
    const wrong = shuffled(
      parts.filter((_, other) => other !== index),
      draw,
    ).slice(0, 3);
    const endings = shuffled([ending, ...wrong.map((other) => other.ending)], draw);
    return { context, endings, answer: endings.indexOf(ending), text };
  });
}

const isOfLength = (words) => words >= 12 && words <= 30;

/** Instructions whose following a program can check, with the ids and arguments of IFEval. */
function instructions(count) {
  const draw = generator(3);
  const subjects = ['the sea', 'a small town', 'an old bridge', 'the first snow', 'a lost letter', 'the night train'];
  const kinds = [
    () => {
      const words = 10 + 10 * draw(4);
      return [
        `Write fewer than ${words} words`,
        'length_constraints:number_words',
        { relation: 'less than', num_words: words },
      ];
    },
    () => ['Do not use any commas', 'punctuation:no_comma', {}],
    () => ['Answer in lower case letters only', 'change_case:english_lowercase', {}],
    () => ['Answer in capital letters only', 'change_case:english_capital', {}],
    () => ['Put your whole answer in double quotation marks', 'startend:quotation', {}],
    () => {
      const keywords = shuffled(['water', 'stone', 'light', 'winter', 'door'], draw).slice(0, 1 + draw(2));
      return [
        `Use the ${keywords.length === 1 ? 'word' : 'words'} ${keywords.join(' and ')}`,
        'keywords:existence',
        { keywords },
      ];
    },
    () => {
      const bullets = 2 + draw(3);
      return [
        `Give exactly ${bullets} bullet points that begin with "* "`,
        'detectable_format:number_bullet_lists',
        { num_bullets: bullets },
      ];
    },
    () => ['End with the words: That is all', 'startend:end_checker', { end_phrase: 'That is all.' }],
  ];
  return Array.from({ length: count }, (_, key) => {
    const asked = shuffled(kinds, draw)
      .slice(0, 1 + draw(2))
      .map((make) => make());
    const [first, ...more] = asked.map(([text]) => `${text}.`);
    return {
      key,
      prompt: [`Write about ${subjects[draw(subjects.length)]}.`, first, ...more].join(' '),
      instruction_id_list: asked.map(([, id]) => id),
      kwargs: asked.map(([, , given]) => given),
    };
  });
}

mkdirSync(values.out, { recursive: true });
const files = {
  arithmetic: arithmetic(200),
  equations: equations(120),
  stories: stories(120),
  sentences: sentences(200),
  instructions: instructions(40),
};
for (const [name, rows] of Object.entries(files)) {
  writeFileSync(join(values.out, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
