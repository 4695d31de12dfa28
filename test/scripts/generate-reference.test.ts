import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePage, referencePath } from '../../scripts/generate-reference.ts';

const root = new URL('../../', import.meta.url);

test('the checked-in reference is that of the vocabulary and the catalogue', () => {
  const message = `${referencePath} is stale: \`npm run generate\` writes it`;
  expect(readFileSync(new URL(referencePath, root), 'utf8') === referencePage(), message).toBe(true);
});
