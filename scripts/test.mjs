// `npm test`: sets up what is missing and runs every test; words after `--` go to vitest.
import process from 'node:process';
import { runInForeground, setUp } from './setup.mjs';

const { engine } = await setUp();
// Where Python or a C++ compiler is missing the engine cannot be expected, and its tests are skipped, loudly. Continuous
// integration always expects it: a silent fallback there would hide a broken engine.
const expected = engine || Boolean(process.env.CI);
if (!expected)
  console.error('\nwarning: no compiled engine here: the tests that need it are SKIPPED (see `npx smol doctor`)\n');
process.exit(
  runInForeground(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
    SMOL_REQUIRE_ENGINE: expected ? '1' : '0',
  }),
);
