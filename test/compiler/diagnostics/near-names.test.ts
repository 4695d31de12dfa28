import { describe, expect, it } from 'vitest';
import { didYouMean, nearNames } from '../../../compiler/diagnostics/near-names.ts';

const attributes = ['warmup', 'decay', 'peak', 'shape', 'end', 'min_lr', 'sequence', 'batch', 'tokens', 'tokenizer'];

describe('near names', () => {
  it.each([
    ['warmpu', ['warmup']],
    ['warm_up', ['warmup']],
    ['Peak', ['peak']],
    ['lr_min', ['min_lr']],
    ['seq', []],
    ['sequnce', ['sequence']],
    ['toknes', ['tokens']],
    ['tokenize', ['tokenizer']],
    ['nothing_alike', []],
    ['xx', []],
  ])('%s', (written, near) => {
    expect(nearNames(written, attributes)).toEqual(near);
  });

  it('gives three at most, the nearest first', () => {
    expect(nearNames('stage_a', ['stage_b', 'stage_c', 'stage_d', 'stage_ab'])).toEqual([
      'stage_ab',
      'stage_b',
      'stage_c',
    ]);
  });

  it('does not propose the name itself, and does not compare a pasted text', () => {
    expect(nearNames('warmup', ['warmup'])).toEqual([]);
    expect(nearNames('w'.repeat(100_000), ['warmup'])).toEqual([]);
  });

  it('asks in words', () => {
    expect(didYouMean([])).toBeNull();
    expect(didYouMean(['a'])).toBe('did you mean `a`?');
    expect(didYouMean(['a', 'b', 'c'])).toBe('did you mean `a`, `b` or `c`?');
  });
});
