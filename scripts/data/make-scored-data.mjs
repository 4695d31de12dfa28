/**
 * Makes the scored pages of the example of derived datasets, `examples/data/scored/pages.jsonl`, again byte for byte. A test runs
 * it and compares.
 *
 *   node scripts/data/make-scored-data.mjs [--out DIR]
 *
 * Pages are beginnings of the shipped addresses. `quality` stands in for the score of FineWeb-Edu's classifier, from 0 to 5: how many
 * of twenty words about learning and enquiry the page has. Every fortieth page stands twice, the second time without its first
 * sentence, as crawls have pages.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const examples = fileURLToPath(new URL('../../examples/data', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(examples, 'scored') } } });

const words = new Set(
  (
    'education school schools science scientific research university study knowledge agriculture health history law ' +
    'children training students teachers experts investigation statistics'
  ).split(' '),
);
const pages = 200;
const mostCharacters = 1_600;

/** Whole sentences from the beginning of a text. */
function beginningOf(text) {
  let beginning = '';
  for (const sentence of text.match(/[^.]+\.\s*/g) ?? []) {
    if (beginning.length + sentence.length > mostCharacters) break;
    beginning += sentence;
  }
  return beginning.trim();
}

function scoreOf(text) {
  const found = new Set((text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => words.has(word)));
  return Math.min(5, found.size);
}

const rows = readFileSync(join(examples, 'web/older-addresses.jsonl'), 'utf8').trim().split('\n').slice(0, pages);
const scored = rows.flatMap((line, index) => {
  const { text, title, year } = JSON.parse(line);
  const page = beginningOf(text);
  const copies = index % 40 === 0 ? [page, page.slice(page.indexOf('.') + 1).trim()] : [page];
  return copies.map((copy) => ({ text: copy, title, year, quality: scoreOf(copy) }));
});
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, 'pages.jsonl'), scored.map((row) => `${JSON.stringify(row)}\n`).join(''));
