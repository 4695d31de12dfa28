import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DataError } from '../../../../runtime/data/data-error.ts';
import { localFiles } from '../../../../runtime/data/sources/local-files.ts';
import { readLocalFile } from '../../../../runtime/data/sources/read-local-file.ts';
import { dataFolder } from '../../../support/data-folder.ts';

test('a file that cannot be read is named, with what the file system says', () => {
  const [file] = localFiles(['a.json'], dataFolder({ 'a.json': 'text' }), 'x');
  expect(readLocalFile(file!, 'the tokenizer').toString()).toBe('text');
  rmSync(file!.path);
  expect(() => readLocalFile(file!, 'the tokenizer')).toThrow(
    new DataError('the tokenizer: `a.json` cannot be read (ENOENT)', 'check that it is a readable file'),
  );
});
