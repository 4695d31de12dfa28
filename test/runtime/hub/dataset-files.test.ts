import { describe, expect, it } from 'vitest';
import { datasetPartFiles } from '../../../runtime/hub/dataset-files.ts';

const part = (config: string | null = null, split: string | null = null) => ({ config, split });

describe('the files of a part of a dataset', () => {
  it('are those whose path has the split as a word; train where none is asked for', () => {
    const files = [
      'README.md',
      'data/test-0.jsonl',
      'data/train-00001.jsonl',
      'data/train-00000.jsonl',
      '.git/train.jsonl',
    ];
    expect(datasetPartFiles(files, null, part())).toEqual(['data/train-00000.jsonl', 'data/train-00001.jsonl']);
    expect(datasetPartFiles(files, null, part(null, 'test'))).toEqual(['data/test-0.jsonl']);
    expect(datasetPartFiles(files, null, part(null, 'validation'))).toEqual([]);
    expect(datasetPartFiles(['dev.jsonl', 'x.jsonl'], null, part(null, 'validation'))).toEqual(['dev.jsonl']);
    // "contest" is no test set, "trained" no training set.
    expect(datasetPartFiles(['contest.jsonl', 'trained.txt'], null, part())).toEqual(['contest.jsonl', 'trained.txt']);
  });

  it('are below the folder of a configuration', () => {
    const files = ['en/train.jsonl', 'fr/train.jsonl', 'train.jsonl'];
    expect(datasetPartFiles(files, null, part('fr'))).toEqual(['fr/train.jsonl']);
    expect(datasetPartFiles(files, null, part('de'))).toEqual([]);
  });

  it('are what the front matter says, where it says something', () => {
    const readme = `---
license: mit
configs:
- config_name: all
  data_files:
  - split: train
    path: ["all/*.jsonl", "more/**/x-*.jsonl"]
  - split: test
    path: held.jsonl
- config_name: small
  default: true
  data_files: small.jsonl
---
# A dataset
`;
    const files = ['all/a.jsonl', 'all/b.txt', 'more/p/q/x-1.jsonl', 'more/x-2.jsonl', 'held.jsonl', 'small.jsonl'];
    expect(datasetPartFiles(files, readme, part('all'))).toEqual([
      'all/a.jsonl',
      'more/p/q/x-1.jsonl',
      'more/x-2.jsonl',
    ]);
    expect(datasetPartFiles(files, readme, part('all', 'test'))).toEqual(['held.jsonl']);
    expect(datasetPartFiles(files, readme, part())).toEqual(['small.jsonl']);
    expect(datasetPartFiles(files, readme, part('none'))).toEqual([]);
    expect(datasetPartFiles(files, '---\nconfigs: [}\n---\n', part())).toHaveLength(files.length);
    expect(datasetPartFiles(files, '---\na: &a [x]\nconfigs: [*a, *a]\n---\n', part())).toHaveLength(files.length);
  });
});
