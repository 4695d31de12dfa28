import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';

/** `test:update` sets this: outputs are rewritten instead of compared. CI never writes. */
const inCi = Boolean(process.env.CI);
const updating = process.env.SMOL_UPDATE_BASELINES === '1' && !inCi;

const folder = join(import.meta.dirname, '..', 'baselines');

/** A golden case: a recipe and, beside it, what the compiler makes of it. */
export interface BaselineCase {
  /** A sentence in words with hyphens; cases with errors start with `invalid-`. */
  readonly name: string;
  readonly recipe: string;
}

/** All cases of test/baselines, by name. */
export function baselineCases(): readonly BaselineCase[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, recipe: readFileSync(join(folder, name, 'main.smol'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Compares an output of a case with its file; `null` says that there is no such output and may be no such file. A missing
 * file is written and the test fails once, so that what is new is looked at.
 */
export function expectBaseline(name: string, output: string, actual: string | null): void {
  expectGolden(join(folder, name, output), `${name}/${output}`, actual);
}

/** The same for any file: `title` is what messages call it. */
export function expectGolden(path: string, title: string, actual: string | null): void {
  if (updating) {
    if (actual === null) rmSync(path, { force: true });
    else writeFileSync(path, actual);
    return;
  }
  if (actual === null) {
    expect(existsSync(path), `there is no ${title} any more: npm run test:update removes it`).toBe(false);
    return;
  }
  if (!existsSync(path)) {
    if (!inCi) writeFileSync(path, actual);
    expect.fail(`${title} was missing${inCi ? '' : ' and has been written: read it, then run the test again'}`);
  }
  expect(actual).toBe(readFileSync(path, 'utf8'));
}
