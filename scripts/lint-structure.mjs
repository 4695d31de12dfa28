// Holds the rules of structure that biome has no rule for: file sizes, and which folder may import which.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const maximumLines = 400;
const folders = ['grammar', 'compiler', 'runtime', 'cli', 'api', 'test', 'scripts', 'bench'];

/** What each top folder may import of the others, and through which doors. Tests and benchmarks may open any door. */
const doors = {
  grammar: {},
  compiler: { grammar: ['grammar/index.ts'] },
  runtime: { compiler: ['compiler/plan/index.ts'] },
  cli: {
    grammar: ['grammar/index.ts'],
    compiler: ['compiler/index.ts', 'compiler/plan/index.ts', 'compiler/diff/index.ts', 'compiler/inspect/index.ts'],
    // The other doors load no TensorFlow.js: they must work where that cannot be loaded.
    runtime: [
      'runtime/index.ts',
      'runtime/engine/index.ts',
      'runtime/run-folder/index.ts',
      'runtime/run-folder/make-folders.ts',
    ],
  },
  api: {
    compiler: ['compiler/index.ts', 'compiler/plan/index.ts', 'compiler/diff/index.ts'],
    runtime: ['runtime/index.ts'],
    // Files are read as the command line reads them.
    cli: ['cli/file-host.ts'],
  },
};
const pure = ['grammar', 'compiler'];
const vagueNames = /^(utils?|misc|helpers?|common|stuff)(\.|$)/;

const problems = folders.flatMap((folder) => filesBelow(join(root, folder)).flatMap(problemsOf));
for (const problem of problems) console.error(problem);
console.error(problems.length === 0 ? 'structure: no problems' : `structure: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

function problemsOf(path) {
  const name = relative(root, path);
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').length - 1;
  const found = [];
  if (lines > maximumLines && !name.endsWith('.d.ts')) found.push(`${name}: ${lines} lines, at most ${maximumLines}`);
  if (name.split('/').some((part) => vagueNames.test(part))) found.push(`${name}: name it after what it is`);
  return [...found, ...importsOf(text).flatMap((imported) => importProblems(name, imported))];
}

function importProblems(name, { specifier, isDynamic, isType }) {
  const folder = name.split('/')[0];
  if (!(folder in doors)) return [];
  if (!specifier.startsWith('.')) {
    const forbidden = pure.includes(folder) && (specifier.startsWith('node:') || specifier.startsWith('@tensorflow/'));
    return forbidden ? [`${name}: ${folder}/ must run in a browser, it may not import ${specifier}`] : [];
  }
  const target = relative(root, resolve(root, dirname(name), specifier));
  const targetFolder = target.split('/')[0];
  if (targetFolder === folder || !target.includes('/')) return [];
  const allowed = doors[folder][targetFolder];
  if (!allowed) return [`${name}: ${folder}/ may not import ${targetFolder}/`];
  if (!allowed.includes(target))
    return [`${name}: import ${targetFolder}/ through ${allowed.join(' or ')}, not ${target}`];
  if (['cli', 'api'].includes(folder) && targetFolder === 'runtime' && !isDynamic && !isType) {
    return [`${name}: load runtime/ by dynamic import, so that \`smol check\` never loads TensorFlow.js`];
  }
  return [];
}

function importsOf(text) {
  const statements = text.matchAll(/^(?:import|export)\s(type\s)?[^;'"]*?from\s+'([^']+)'/gm);
  const bare = text.matchAll(/^import\s+'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  const inTypes = (match) => /(typeof\s+|:\s*|<\s*)$/.test(text.slice(0, match.index));
  return [
    ...[...statements].map((match) => ({ specifier: match[2], isType: Boolean(match[1]), isDynamic: false })),
    ...[...bare].map((match) => ({ specifier: match[1], isType: false, isDynamic: false })),
    ...[...dynamic].map((match) => ({ specifier: match[1], isType: inTypes(match), isDynamic: true })),
  ];
}

function filesBelow(path) {
  if (!statSync(path, { throwIfNoEntry: false })) return [];
  if (!statSync(path).isDirectory()) return /\.(ts|mjs|js)$/.test(path) ? [path] : [];
  return readdirSync(path).flatMap((entry) => filesBelow(join(path, entry)));
}
