#!/usr/bin/env node
// The installed program: the bundle that `npm run build` makes. Kept as a file of its own, so that a checkout without a
// build says what to do instead of failing to resolve a module.
//
// Compiling the bundle takes longer than checking a recipe, so the compiled code of each command is kept beside the bundle,
// which a new build removes with it. Where it cannot be read, written or used (another Node.js), the program runs without.
'use strict';
const { existsSync, readFileSync, mkdirSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

const bundle = join(__dirname, '..', 'dist', 'main.cjs');
if (existsSync(bundle)) {
  runBundle();
} else {
  console.error('error: smol is not built yet\n  = help: run `npm run setup` in the checkout');
  process.exitCode = 3;
}

function runBundle() {
  const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'help';
  const kept = join(dirname(bundle), 'compiled', `${process.version}-${process.arch}`, `${command}.bin`);
  const cachedData = read(kept);
  // As Node.js wraps a CommonJS module, with one name more.
  const source = `(function (exports, require, module, __filename, __dirname, $bring) {${readFileSync(bundle, 'utf8')}\n})`;
  const script = new vm.Script(source, { filename: bundle, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) {
    // Now it is known which functions the command needs.
    process.once('exit', (code) => code === 0 && keep(kept, script.createCachedData()));
  }
  const main = { exports: {} };
  script.runInThisContext()(main.exports, createRequire(bundle), main, bundle, dirname(bundle), bring);
}

/** import() for the bundle, which cannot: a script has none when it is run from compiled code. */
function bring(specifier) {
  return import(specifier.startsWith('.') ? pathToFileURL(join(dirname(bundle), specifier)).href : specifier);
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Another process may read the file at this moment: it appears whole or not at all. */
function keep(file, data) {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const part = `${file}.${process.pid}`;
    writeFileSync(part, data);
    renameSync(part, file);
  } catch {
    // A program folder that cannot be written to only costs time.
  }
}
