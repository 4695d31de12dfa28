import { describe, expect, it } from 'vitest';
import { recipeWith, resolvedText, resolveText } from '../../support/recipe-with.ts';

const halves = ['50% web', '50% code'];
const chats = 'dataset chats { source = local("chats/*.jsonl"), size = 1000 rows }';
const pairs = 'dataset pairs { source = local("pairs/*.jsonl"), size = 61_135 rows }';
const schedule = 'schedule = cosine(peak = 3e-4, warmup = 10%)';
const withAfter = (...lines: readonly string[]) => recipeWith(halves, {}, { after: lines.join('\n') });

describe('post-training', () => {
  it('is resolved with its defaults, in the order written', () => {
    const text = withAfter(
      chats,
      pairs,
      `sft { data = chats, epochs = 2, sequence = 256, ${schedule} }`,
      `sft polish { data = chats, steps = 50, from = pretrain at 500k, ${schedule} }`,
      `dpo { data = pairs, epochs = 1.5, beta = 0.5, max_prompt = 128, ${schedule} }`,
    );
    const [first, second, third] = resolvedText(text).tuning;
    expect(first).toMatchObject({
      kind: 'sft',
      name: 'sft',
      data: { kind: 'dataset', dataset: 'chats' },
      from: { value: { kind: 'phase', phase: 'pretrain', at: null } },
      sequence: { value: 256 },
      batchSequences: { value: 128 },
      lossOn: { value: 'assistant' },
      packing: { value: false },
      chat: { value: { kind: 'chatml', system: null } },
      optimizer: { kind: 'adamw' },
      checkpointEvery: { value: null },
    });
    expect(first!.length.value).toMatchObject({ unit: 'epochs' });
    expect(first!.schedule.warmup.value).toMatchObject({ unit: 'part' });
    expect(second).toMatchObject({
      name: 'polish',
      length: { value: { unit: 'steps', amount: 50 } },
      from: { value: { kind: 'phase', phase: 'pretrain', at: { unit: 'tokens' } } },
      sequence: { value: 512 },
    });
    expect(third).toMatchObject({
      kind: 'dpo',
      from: { value: { phase: 'polish' } },
      beta: { value: 0.5 },
      maxPrompt: { value: 128 },
      loss: { value: 'sigmoid' },
      lengthNormalised: { value: false },
    });
    expect(third!.length.value).toMatchObject({ unit: 'epochs', amount: expect.objectContaining({ n: 3n, d: 2n }) });
  });

  it('reads templates, weights and mixtures', () => {
    const text = withAfter(
      chats,
      'mixture m { 100% chats }',
      `sft { data = m, steps = 10, chat = jinja("{{ x }}"), from = hf("owner/base"), ${schedule} }`,
      `sft two { data = m, steps = 10, chat = from_tokenizer(), from = checkpoint("runs/a"), ${schedule} }`,
    );
    const [first, second] = resolvedText(text).tuning;
    expect(first).toMatchObject({
      data: { kind: 'mixture', mixture: 'm', shares: [{ dataset: 'chats' }] },
      chat: { value: { kind: 'jinja', template: '{{ x }}' } },
      from: { value: { kind: 'weights', source: { kind: 'hf', repository: 'owner/base' } } },
    });
    expect(second).toMatchObject({ from: { value: { kind: 'checkpoint', path: 'runs/a' } } });
  });

  it('changes in a profile and in a setting, also by name', () => {
    const text = withAfter(
      chats,
      `sft { data = chats, epochs = 2, ${schedule} }`,
      `sft mid { data = chats, epochs = 2, ${schedule} }`,
      'profile small { sft { batch = 8 sequences }, sft mid { sequence = 64 } }',
    );
    const { tuning } = resolvedText(text, { profile: 'small', settings: ['sft.epochs=1', 'sft.mid.epochs=3'] });
    expect(tuning.map((each) => [each.batchSequences.value, each.sequence.value])).toEqual([
      [8, 512],
      [128, 64],
    ]);
    expect(tuning.map(({ length }) => length.value.amount.valueOf())).toEqual([1, 3]);
  });

  it.each([
    ['SM1001 nothing is named `chts`', 'data = chts, epochs = 1'],
    ['SM1008 `a_let` is a let, where a dataset or a mixture must stand', 'data = a_let, epochs = 1'],
    ['SM1036 `sft` has no `data`', 'epochs = 1'],
    ['SM5201 `sft` says neither `epochs` nor `steps`', 'data = chats'],
    ['SM5202 `sft` says `epochs` and `steps`', 'data = chats, epochs = 1, steps = 5'],
    ['SM1001 nothing is named `sft`', 'data = chats, epochs = 1, from = sft'],
    ['SM1035 `from` of `sft` that names no phase takes no `at`', 'data = chats, epochs = 1, from = hf("a/b") at 5M'],
    ['SM2002', 'data = chats, epochs = 1, from = pretrain at 5 rows'],
    ['SM6005 the path `../x` leaves', 'data = chats, epochs = 1, from = checkpoint("../x")'],
    [
      "SM4004 the sequence of `sft` (1,024) is longer than the model's context (512)",
      'data = chats, epochs = 1, sequence = 1024',
    ],
    ['SM5204 `sft` counts in steps', 'data = chats, epochs = 1, checkpoint = every(1M tokens)'],
    ['SM5204 `sft` counts in steps', 'data = chats, epochs = 1, schedule = wsd(peak = 1e-4, decay_from = sft.end)'],
    ['SM5001', 'data = chats, epochs = 1, schedule = cosine(peak = 0.5)'],
    ['SM1034 a share cannot stand in `sft`', 'data = chats, epochs = 1, 10% chats'],
    ['SM1003', 'data = chats, epochs = 1, max_prompts = 5'],
    ['SM1004', 'data = chats, epochs = 1, beta = 0.5'],
    ['SM6205 `sft` cannot train on `rated`, whose rows are `preference(…)`', 'data = rated, epochs = 1'],
  ])('%s: %s', (message, attributes) => {
    const own = attributes.includes('schedule') ? attributes : `${attributes}, ${schedule}`;
    const rated = 'dataset rated { source = local("r/*.jsonl"), format = preference() }';
    const text = withAfter(chats, 'let a_let = 5', rated, `sft { ${own} }`);
    expect(resolveText(text).diagnostics.map((line) => line.slice(0, message.length))).toEqual([message]);
  });

  it.each([
    ['messages("turns")', { kind: 'messages', column: 'turns' }],
    ['prompt_response("ask", "answer")', { kind: 'prompt_response', prompt: 'ask', response: 'answer' }],
    ['preference("p", "c", "r")', { kind: 'preference', prompt: 'p', chosen: 'c', rejected: 'r' }],
    ['preference("p", rejected = "r")', { kind: 'preference', prompt: 'p', chosen: 'chosen', rejected: 'r' }],
  ])('takes the columns of %s by place', (format, expected) => {
    const rows = `dataset rows { source = local("r/*.jsonl"), format = ${format}, size = 10 rows }`;
    expect(resolvedText(withAfter(rows)).datasets.find(({ name }) => name === 'rows')!.format).toEqual(expected);
  });

  it('does not read conversations as plain text', () => {
    const text = withAfter(`sft { data = web, epochs = 1, ${schedule} }`);
    expect(resolveText(text).diagnostics).toEqual([
      'SM6205 pretraining cannot train on `web`, whose rows are `messages(…)`',
    ]);
  });
});

describe('a dataset of takes', () => {
  const taking = (entries: string, more = '') =>
    withAfter(chats, pairs, more, `dataset set { ${entries} }`, `sft { data = set, epochs = 2, ${schedule} }`);
  const setOf = (text: string) => resolvedText(text).datasets.find(({ name }) => name === 'set')!;

  it('counts rows as far as sizes are known', () => {
    const known = setOf(
      taking('take 36.2k pairs\ntake 10% chats\ntake all more', 'dataset more { source = chats, size = 7 rows }'),
    );
    expect(known.source.value).toMatchObject({
      kind: 'takes',
      takes: [
        { dataset: 'pairs', amount: { unit: 'rows', amount: 36_200 }, rows: 36_200 },
        { dataset: 'chats', amount: { unit: 'part' }, rows: 100 },
        { dataset: 'more', amount: { unit: 'all' }, rows: 7 },
      ],
    });
    expect(known.sizeRows).toMatchObject({ value: 36_307, origin: { from: 'default' } });
    expect(known.format.kind).toBe('messages');
    const unknown = setOf(
      taking('take all more\ntake 5 chats', 'dataset more { source = chats, keep where tokens > 5 }'),
    );
    expect(unknown.sizeRows).toBeNull();
  });

  it('takes rows of sets, and none that are held out', () => {
    const held =
      'dataset held { source = local("h/*.jsonl"), size = 100 rows, holdout = 10 rows }\ndataset inner { take all held }';
    expect(setOf(taking('take all inner', held)).sizeRows!.value).toBe(90);
  });

  it('is replaced whole in a profile', () => {
    const text = `${taking('take 500 chats\ntake 20 pairs')}\nprofile small { dataset set { take 5 chats } }`;
    const { datasets } = resolvedText(text, { profile: 'small' });
    expect(datasets.find(({ name }) => name === 'set')!.sizeRows!.value).toBe(5);
  });

  it.each([
    ['SM1001 nothing is named `chat`', 'take 5 chat'],
    ['SM1010', 'take all set'],
    ['SM3009', 'take 5 chats\n10% chats'],
    ['SM6201 dataset `set` takes rows of `chats` twice', 'take 5 chats\ntake 10% chats'],
    ['SM6202 `take 1.5` is no number of rows', 'take 1.5 chats'],
    ['SM6202 `take 0%` is no number of rows', 'take 0% chats'],
    ['SM6203 2,000 rows are taken of `chats`, which has 1,000 to take', 'take 2000 chats'],
    ['SM6204 dataset `set` has a source and takes rows of others', 'source = chats, take 5 chats'],
  ])('%s: %s', (message, entries) => {
    expect(resolveText(taking(entries)).diagnostics.map((line) => line.slice(0, message.length))).toEqual([message]);
  });
});

describe('pretraining', () => {
  it('has no spike rule where a profile takes it away', () => {
    const rule = 'on_spike = rewind(skip = 500 steps)';
    const text = recipeWith([rule, '100% web'], {}, { after: 'profile calm { pretrain { on_spike = none } }' });
    expect(resolvedText(text).phases[0]!.onSpike).not.toBeNull();
    expect(resolvedText(text, { profile: 'calm' }).phases[0]!.onSpike).toBeNull();
  });

  it('has a spike rule, ramps, recomputation and given weights', () => {
    const text = recipeWith(
      [
        'on_spike = rewind(skip = 500 steps)',
        'recompute = layer',
        'from = nanotron("old/5000")',
        'stage a ..500k { 100% web }',
        'stage b { ramp = 100k tokens, 100% code }',
      ],
      {},
      { after: 'profile half { pretrain { scaled_to = 500k } }' },
    );
    const [phase] = resolvedText(text).phases;
    expect(phase).toMatchObject({
      onSpike: { skipSteps: { value: 500 }, over: { value: 6 }, windowSteps: { value: 200 } },
      recompute: { value: 'layer' },
      from: { value: { kind: 'nanotron', path: 'old/5000' } },
    });
    expect(phase!.stages.map(({ ramp }) => ramp?.value.amount.valueOf())).toEqual([undefined, 100_000]);
    const [half] = resolvedText(text, { profile: 'half' }).phases;
    expect(half!.stages[1]!.ramp!.value.amount.valueOf()).toBe(50_000);
  });
});
