import { describe, expect, it } from 'vitest';
import { recipeWith, resolvedText, resolveText } from '../../support/recipe-with.ts';

const halves = ['50% web', '50% code'];
const withCluster = (attributes: string, after = '') =>
  recipeWith(halves, {}, { after: `cluster small { ${attributes} }\n${after}` });

describe('a cluster', () => {
  it('is resolved with its defaults', () => {
    const text = withCluster('nodes = 2, gpus_per_node = 4, gpu = a100_80gb, tp = 2, price = 2.50 usd per gpu_hour');
    const [cluster] = resolvedText(text).clusters;
    expect(cluster).toMatchObject({
      name: 'small',
      gpu: { value: 'a100_80gb' },
      dp: { value: 4, origin: { from: 'default' } },
      pp: { value: 1 },
      microBatch: { value: 1 },
      mfu: { value: 0.4 },
      price: { value: 2.5 },
    });
    expect(resolvedText(withCluster('nodes = 1, gpu = a100_80gb')).clusters[0]!.price).toBeNull();
  });

  it('keeps the order of the file', () => {
    const text = withCluster('nodes = 1, gpu = a100_80gb', 'cluster large { nodes = 1, gpu = h100_80gb }');
    expect(resolvedText(text).clusters.map(({ name }) => name)).toEqual(['small', 'large']);
  });

  it('is left out under a profile that does not name it', () => {
    const text = withCluster(
      'nodes = 1, gpu = a100_80gb',
      'profile laptop { pretrain { batch = 256 tokens } }\nprofile four { cluster small { gpus_per_node = 4 } }',
    );
    expect(resolvedText(text, { profile: 'laptop' }).clusters).toEqual([]);
    expect(resolvedText(text, { profile: 'four' }).clusters[0]).toMatchObject({ dp: { value: 4 } });
  });

  it.each([
    ['nodes = 1, gpu = a100_80gb, dp = 4', 'SM4101 cluster `small` has 8 GPUs, and dp x tp x pp is 4 x 1 x 1 = 4'],
    [
      'nodes = 3, gpu = a100_80gb, pp = 2, tp = 2',
      'SM4102 the batch of `pretrain` (8 sequences) is no multiple of dp x micro_batch of cluster `small` (6 x 1)',
    ],
    ['nodes = 1, gpu = a100_80gb, tp = 8', 'SM4103 `tp` of cluster `small` (8) does not divide `heads` (4)'],
    ['nodes = 1, gpu = a100_80gb, pp = 8', "SM4104 `pp` of cluster `small` (8) is more than the model's 2 layers"],
    ['nodes = 1, gpu = h200', 'SM2012'],
    ['gpu = a100_80gb', 'SM1036 cluster `small` has no `nodes`'],
    ['nodes = 1, gpu = a100_80gb, price = 2.50', 'SM2003'],
  ])('%s: %s', (attributes, message) => {
    expect(resolveText(withCluster(attributes)).diagnostics.map((line) => line.slice(0, message.length))).toEqual([
      message,
    ]);
  });

  it('is said to be declared twice', () => {
    const text = withCluster('nodes = 1, gpu = a100_80gb', 'cluster small { nodes = 1, gpu = h100_80gb }');
    expect(resolveText(text).diagnostics).toEqual(['SM1031 cluster `small` is declared twice']);
  });
});
