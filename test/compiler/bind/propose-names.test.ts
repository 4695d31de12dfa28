import { describe, expect, it } from 'vitest';
import { proposeNames } from '../../../compiler/bind/propose-names.ts';

describe('proposed names', () => {
  it('are near ones, and none in a file with more names than people write', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `dataset_number_${index}`);
    expect(proposeNames('dataset_nmuber_7', names(300))).toContain('dataset_number_7');
    expect(proposeNames('dataset_nmuber_7', names(301))).toEqual([]);
  });
});
