import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const folder = join(import.meta.dirname, '../fixtures/hugging-face');

export type HuggingFaceFixture = 'tied' | 'sharded';

/** What transformers computed on a fixture (test/fixtures/make_hugging_face_fixtures.py). */
export function fixtureLogits(name: HuggingFaceFixture): {
  readonly tokens: readonly number[];
  readonly positions: readonly number[];
  /** [positions, vocab] */
  readonly logits: readonly number[];
} {
  return JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8'))[name];
}

export function fixturePath(name: HuggingFaceFixture): string {
  return join(folder, name);
}

/** A folder for this test alone, removed after it. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'smol-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A copy of a fixture with changes to its `config.json`; null removes a key. */
export function changedFixture(name: HuggingFaceFixture, changes: Readonly<Record<string, unknown>> = {}): string {
  const path = join(temporaryFolder(), name);
  cpSync(fixturePath(name), path, { recursive: true });
  const config = join(path, 'config.json');
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), ...changes }));
  return path;
}
