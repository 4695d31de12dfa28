import { describe, expect, it } from 'vitest';
import { sampleNanotron } from '../../../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import { importConfigs } from '../../../support/import-configs.ts';

describe('several files', () => {
  const part = (steps: string, changes: Parameters<typeof sampleNanotron>[0] = {}, more = '') => ({
    path: `${steps}.yaml`,
    text: sampleNanotron({ ...changes, tokens: { train_steps: steps, ...changes.tokens } }).replace(
      'interval: 100',
      `interval: 100${more}`,
    ),
  });
  const resumes = ', resume_checkpoint_path: checkpoints/700';

  it('of one run are its parts, in the order of their steps', async () => {
    const files = [
      part(
        '1000',
        { tokens: { sequence_length: '256', micro_batch_size: '8' }, model: { rope_theta: '100000.0' } },
        resumes,
      ),
      part('700'),
    ];
    const { compilation, said, recipe } = await importConfigs(files);
    expect(said).toEqual([]);
    expect(recipe!.text).toContain('# From 700.yaml, 1000.yaml, for nanotron.\n');
    expect(compilation!.plan!.model.rope_theta).toBe(10_000);
    expect(compilation!.plan!.phases[0]!.stages).toMatchObject([
      { name: 'stable', last_step: 700, sequence: 512, batch_sequences: 32, rope_theta: 10_000 },
      { name: 'stable_2', last_step: 1000, sequence: 256, batch_sequences: 64, rope_theta: 100_000 },
    ]);
  });

  it('that say the same of a stage make one stage of it', async () => {
    const { compilation } = await importConfigs([part('700'), part('1000', {}, resumes)]);
    expect(compilation!.plan!.phases[0]!.stages).toHaveLength(1);
  });

  it('of different runs are refused at every key that differs', async () => {
    const files = [part('700'), part('1000', { optimizer: { weight_decay: '0.1' }, general: { seed: '7' } })];
    const { said, recipe } = await importConfigs(files);
    expect(recipe).toBeNull();
    expect(said.filter(([code]) => code === 'SM7228').map(([, message]) => message)).toEqual([
      '`general.seed` is `7` here and `42` in `700.yaml`: these are not files of one run',
      '`optimizer.weight_decay` is `0.1` here and `0.01` in `700.yaml`: these are not files of one run',
    ]);
  });

  it('that end at the same step are refused', async () => {
    const { said } = await importConfigs([part('700'), { ...part('700'), path: 'other.yaml' }]);
    expect(said).toContainEqual(['SM7222', 'two files train up to step 700']);
  });

  it('may name the checkpoint by a folder that says no step', async () => {
    const { said } = await importConfigs([part('700'), part('1000', {}, ', resume_checkpoint_path: checkpoints')]);
    expect(said).toEqual([]);
  });

  it.each([
    ['', 'the file has no `resume_checkpoint_path`, so nanotron begins at step 1, and `700.yaml` ends at step 700'],
    [
      ', resume_checkpoint_path: a/650/',
      'the file goes on from the checkpoint of step 650, and `700.yaml` ends at step 700',
    ],
  ])('that do not begin where the one before ends are told of: %j', async (more, what) => {
    const { said, recipe } = await importConfigs([part('700'), part('1000', {}, more)]);
    expect(recipe).not.toBeNull();
    expect(said).toEqual([['SM7221', `${what}; the recipe has its settings from step 701 on`]]);
  });

  it('that begin anew from the weights of another are refused', async () => {
    const { said, recipe } = await importConfigs([
      part('700'),
      part('1000', {}, `${resumes}, load_lr_scheduler: false, load_optimizer: false`),
    ]);
    expect(recipe).toBeNull();
    expect(said).toEqual([
      [
        'SM7220',
        'the file begins a run of its own at step 1, from the weights of `checkpoints/700`: files given together are parts of one run',
      ],
    ]);
  });
});
