import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');

test('the scored pages of the examples are what their script makes', () => {
  const out = mkdtempSync(join(tmpdir(), 'smol-scored-'));
  execFileSync(process.execPath, [join(repository, 'scripts/data/make-scored-data.mjs'), '--out', out]);
  const shipped = readFileSync(join(repository, 'examples/data/scored/pages.jsonl'), 'utf8');
  expect(readFileSync(join(out, 'pages.jsonl'), 'utf8')).toBe(shipped);
});
