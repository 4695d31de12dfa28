// `npm start`: sets up what is missing, then checks, plans and trains the quickstart on real text.
import process from 'node:process';
import { runInForeground, setUp } from './setup.mjs';

const recipe = 'examples/quickstart.smol';
await setUp();
for (const words of [
  ['check', recipe],
  ['plan', recipe],
  ['run', recipe, ...process.argv.slice(2)],
]) {
  console.error(`\n$ npx smol ${words.join(' ')}`);
  const code = runInForeground(['bin/smol.js', ...words]);
  if (code !== 0) process.exit(code);
}
