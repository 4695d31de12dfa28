import { describe, expect, it } from 'vitest';
import { recipeWith, resolvedText, resolveText } from '../../support/recipe-with.ts';

const stages = ['checkpoint = every(100 steps)', 'stage a ..500k { 100% web }', 'stage b { 100% code }'];
const after = [
  'dataset chats { source = local("c/*.jsonl"), size = 10 rows }',
  'sft { data = chats, epochs = 2, sequence = 64, schedule = cosine(peak = 1e-4) }',
];
const withAblation = (lines: readonly string[], more = '') =>
  recipeWith(stages, {}, { after: [...after, `ablation math {\n${lines.join('\n')}\n}`, more].join('\n') });
const common = ['from = pretrain at 500k', 'tokens = 100k', 'schedule = linear(peak = 5e-4, warmup = 0 steps)'];
const arms = ['arm one { 60% math, 40% a }', 'arm two normalized { 3 math\n1 b }'];

describe('an ablation', () => {
  it('has arms that copy their phase, with data of their own', () => {
    const evaluate = 'evaluate { at = [pretrain.end], tasks = [generate("gsm8k")] }';
    const [ablation] = resolvedText(withAblation([...common, ...arms, evaluate])).ablations;
    expect(ablation).toMatchObject({
      name: 'math',
      of: 'pretrain',
      from: { value: { kind: 'phase', phase: 'pretrain', at: { unit: 'tokens' } } },
      evaluations: [{ at: [{ phase: 'pretrain', at: { kind: 'phase', edge: 'end' } }] }],
    });
    const phases = ablation!.arms.map(({ phase }) => phase);
    expect(phases[0]).toMatchObject({
      kind: 'pretrain',
      tokens: { value: 100_000 },
      schedule: { kind: 'linear' },
      optimizer: { kind: 'adamw' },
      onSpike: null,
      scaledFrom: null,
      stages: [{ sequence: { value: 128 }, batch: { value: { amount: 1024 } } }],
    });
    const shares = phases.map((phase) =>
      phase.kind === 'pretrain'
        ? phase.stages[0]!.shares.map(({ dataset, share }) => [dataset, share.toFraction()])
        : [],
    );
    expect(shares).toEqual([
      [
        ['math', '3/5'],
        ['web', '2/5'],
      ],
      [
        ['math', '3/4'],
        ['code', '1/4'],
      ],
    ]);
  });

  it('is scaled with its phase, and starts afresh without `from`', () => {
    const text = withAblation([...common.slice(1), ...arms], 'profile half { pretrain { scaled_to = 500k } }');
    const [ablation] = resolvedText(text, { profile: 'half' }).ablations;
    expect(ablation!.from.value).toEqual({ kind: 'fresh' });
    const { phase } = ablation!.arms[0]!;
    expect(phase).toMatchObject({
      tokens: { value: 50_000 },
      scaledFrom: { tokens: 100_000, stages: [{ tokensPerStep: 1024 }] },
    });
  });

  it('compares what post-training reads', () => {
    const lines = ['of = sft', 'epochs = 1', 'schedule = cosine(peak = 1e-3)', 'arm a { data = chats }'];
    const [ablation] = resolvedText(withAblation(lines)).ablations;
    expect(ablation!.arms[0]!.phase).toMatchObject({
      kind: 'sft',
      data: { dataset: 'chats' },
      sequence: { value: 64 },
      from: { value: { kind: 'fresh' } },
    });
  });

  it.each([
    ['SM5401 ablation `math` has no arms', common],
    ['SM1036 ablation `math` has no `tokens`', [common[2]!, ...arms]],
    ['SM1036 ablation `math` has no `schedule`', [common[1]!, ...arms]],
    ['SM1001 nothing is named `pretrian`', ['of = pretrian', ...common.slice(1), ...arms]],
    ['SM1001 nothing is named `mid`', ['from = mid at 5k', ...common.slice(1), ...arms]],
    ['SM3001 the shares of arm `one` add up to 90%', [...common, 'arm one { 90% math }', arms[1]!]],
    ['SM3010 arm `one` has no shares', [...common, 'arm one { }']],
    ['SM5002', [...common.slice(0, 2), 'schedule = linear(peak = 5)', ...arms]],
    [
      'SM1001 nothing is named `gone`',
      [...common.slice(0, 2), 'schedule = wsd(peak = 1e-3, decay_from = gone.start)', ...arms],
    ],
    ['SM5402 arm `a` must say what it trains on', ['of = sft', 'epochs = 1', common[2]!, 'arm a { 100% chats }']],
    ['SM1031 arm `one` is declared twice', [...common, arms[0]!, arms[0]!]],
    ['SM1001 nothing is named `a`', [...common, ...arms, 'evaluate { at = [a.end], tasks = [cloze("hellaswag")] }']],
  ])('%s', (message, lines) => {
    expect(resolveText(withAblation(lines)).diagnostics.map((line) => line.slice(0, message.length))).toEqual([
      message,
    ]);
  });
});
