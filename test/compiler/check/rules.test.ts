import { describe, expect, it } from 'vitest';
import { stepText } from '../../../compiler/plan/step-text.ts';
import { diagnosticsOf, expectFix } from '../../support/expect-diagnostics.ts';
import { recipeWith, resolveText } from '../../support/recipe-with.ts';

const halves = ['50% web', '50% code'];
const small = 'layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512';
const codesOf = (text: string) => resolveText(text).diagnostics.map((line) => line.slice(0, 6));
const withStages = (stages: readonly string[], changes = {}) => recipeWith(stages, changes);

describe('stages and the run', () => {
  it.each([
    [
      'SM3102 no stage covers the tokens 400k to 500k',
      ['stage a 0..400k { 100% web }', 'stage b 500k..1M { 100% web }'],
    ],
    ['SM3102 no stage covers the tokens 0 to 100k', ['stage a 100k..1M { 100% web }']],
    ['SM3102 no stage covers the tokens 900k to 1M', ['stage a ..900k { 100% web }']],
    [
      'SM3103 stage `b` starts at 500k, before stage `a` ends at 600k',
      ['stage a ..600k { 100% web }', 'stage b 500k..1M { 100% web }'],
    ],
    [
      'SM3103 stage `b` starts at 500k, before stage `a` ends at 1M',
      ['stage a 0.. { 100% web }', 'stage b 500k.. { 100% web }'],
    ],
    [
      'SM3104 stage `a` (from 0) is written after stage `b` (from 500k)',
      ['stage b 500k..1M { 100% web }', 'stage a 0..500k { 100% web }'],
    ],
    ['SM3105 stage `a` ends at 2M, outside a run of 1M tokens', ['stage a 0..2M { 100% web }']],
    [
      'SM3105 stage `b` starts at 1M, outside a run of 1M tokens',
      ['stage a { 100% web }', 'stage b 1M..2M { 100% web }'],
    ],
    [
      'SM3106 stage `b` starts and ends at 500k',
      ['stage a ..500k { 100% web }', 'stage b ..500k { 100% web }', 'stage c { 100% web }'],
    ],
    [
      'SM3106 stage `b` ends at 400k, before it starts at 500k',
      ['stage a ..500k { 100% web }', 'stage b ..400k { 100% web }', 'stage c 400k.. { 100% web }'],
    ],
    ['SM3107 `pretrain` has shares of its own beside the stages `a`', ['100% web', 'stage a { 100% web }']],
  ])('%s', (message, stages) => {
    expect(resolveText(withStages(stages)).diagnostics).toEqual([message]);
  });

  it('says nothing about the places of stages whose bounds are wrong', () => {
    const stages = ['stage a ..(10 tokens + 5 steps) { 100% web }', 'stage b ..1M { 100% web }'];
    expect(codesOf(withStages(stages))).toEqual(['SM2006']);
  });

  it('SM3108: takes a length in steps only where steps have one size', () => {
    const stages = ['stage a ..(50%) { 100% web }', 'stage b { batch = 2048 tokens, 100% web }'];
    expect(codesOf(withStages(stages, { tokens: '1000 steps' }))).toEqual(['SM3108', 'SM3110']);
    const { recipe } = resolveText(recipeWith(halves, { tokens: '1000 steps' }));
    expect(recipe!.phases[0]!.tokens.value).toBe(1_024_000);
  });

  it('SM3109: wants whole sequences in a batch, and says it once', () => {
    expect(codesOf(recipeWith(halves, { batch: '1000 tokens' }))).toEqual(['SM3109']);
    const [diagnostic] = diagnosticsOf(recipeWith(halves, { batch: '1000 tokens' }));
    expect(diagnostic!.help).toContain('`896 tokens` or `1024 tokens`');
    expect(codesOf(recipeWith(['stage a { sequence = 100, 100% web }']))).toEqual(['SM3109']);
    expect(codesOf(recipeWith(halves, { batch: '7 sequences' }))).toEqual([]);
  });

  it('SM3110: notes that a step grows with the sequence', () => {
    const stages = ['stage a ..(50%) { 100% web }', 'stage b { sequence = 256, rope_theta = 20_000, 100% web }'];
    expect(codesOf(withStages(stages, { batch: '8 sequences' }))).toEqual(['SM3110']);
    expect(codesOf(withStages(stages))).toEqual([]);
  });
});

describe('the shape of the model', () => {
  const withModel = (change: string) =>
    recipeWith(halves, {}, { model: small.replace(new RegExp(`${change.split(' = ')[0]} = \\d+`), change) });

  it.each([
    ['SM4001', 'heads = 3'],
    ['SM4003', 'hidden = 60'],
    ['SM4004', 'context = 64'],
    ['SM2010', 'layers = 5000'],
    ['SM2010', 'layers = 0'],
    ['SM2011', 'heads = 2.5'],
    ['SM2013', 'context = 8k'],
    ['SM2013', 'hidden = 1k'],
  ])('%s: %s', (code, change) => {
    expect(codesOf(withModel(change))).toEqual([code]);
  });

  it('SM4002: key heads divide query heads', () => {
    expect(codesOf(recipeWith(halves, {}, { model: `${small}, kv_heads = 3` }))).toEqual(['SM4002']);
    expect(codesOf(recipeWith(halves, {}, { model: `${small}, kv_heads = 8` }))).toEqual(['SM4002']);
    expect(resolveText(recipeWith(halves)).recipe!.model.kv_heads.value).toBe(4);
  });

  it('writes 8Ki for 8k', () => {
    expectFix(withModel('context = 8k'), 'SM2013', withModel('context = 8Ki'));
    expect(codesOf(withModel('context = 9k'))).toEqual([]);
  });

  it('SM1036: misses what has no default, once', () => {
    expect(
      codesOf(recipeWith(halves, {}, { model: 'layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096' })),
    ).toEqual(['SM1036']);
    const misspelt = small.replace('layers', 'layrs');
    expect(codesOf(recipeWith(halves, {}, { model: misspelt }))).toEqual(['SM1003']);
  });
});

describe('longer sequences and rotary positions', () => {
  const longer = (inside: string) => recipeWith(['stage a ..(50%) { 100% web }', `stage b { ${inside}, 100% web }`]);

  it('SM4005: an extension raises theta', () => {
    const model = 'layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 8192';
    const extended = (inside: string, more = '') =>
      recipeWith(
        ['stage a ..(50%) { 100% web }', `stage b { ${inside}, 100% web }`],
        { sequence: '2048', batch: '8192 tokens' },
        { model: model + more },
      );
    expect(codesOf(extended('sequence = 8192'))).toEqual(['SM4005']);
    expect(codesOf(extended('sequence = 8192, rope_theta = 20_000'))).toEqual([]);
    // Llama 2 reads 4,096 tokens at a base of 10,000.
    expect(codesOf(extended('sequence = 4096'))).toEqual([]);
    expect(codesOf(extended('sequence = 4096', ', rope_theta = 500'))).toEqual(['SM4005']);
    expect(codesOf(longer('sequence = 256'))).toEqual([]);
    expect(codesOf(longer('sequence = 64'))).toEqual([]);
  });

  it('SM4006: theta is not lowered', () => {
    expect(codesOf(longer('rope_theta = 1000'))).toEqual(['SM4006']);
    expect(codesOf(longer('sequence = 256, rope_theta = 1300'))).toEqual(['SM4006']);
  });

  it('SM4004: once for each sequence that is written', () => {
    const text = recipeWith(['stage a ..(50%) { 100% web }', 'stage b { sequence = 1024, 100% web }'], {
      sequence: '1024',
    });
    expect(codesOf(text)).toEqual(['SM4004', 'SM4004']);
  });
});

describe('the schedule', () => {
  const withSchedule = (schedule: string, lines: readonly string[] = halves) => recipeWith(lines, { schedule });

  it.each([
    ['SM5001', 'constant(peak = 0.11)'],
    ['SM5002', 'constant(peak = 1.1)'],
    ['SM5003', 'linear(peak = 1e-3, to = 2e-3)'],
    ['SM1025', 'cosine(warmup = 5 steps)'],
    ['SM1026', 'wsd(peak = 1e-3, decay = 10%, decay_from = 900k tokens)'],
    ['SM1027', 'wsd(peak = 1e-3)'],
    ['SM1022', 'wsd(peak = 1e-3, deacy = 10%)'],
    ['SM1020', 'cosin(peak = 1e-3)'],
    ['SM1021', 'constant'],
    ['SM1023', 'cosine(peak = 1e-3, peak = 1e-3)'],
    ['SM1024', 'cosine(1e-3, peak = 1e-3)'],
    ['SM2003', 'cosine(peak = 1e-3, warmup = 100)'],
    ['SM2002', 'cosine(peak = 1e-3, warmup = 1 epochs)'],
    ['SM2012', 'wsd(peak = 1e-3, decay = 10%, shape = linaer)'],
    ['SM1012', 'wsd(peak = 1e-3, decay_from = pretrain.middle)'],
    ['SM1001', 'wsd(peak = 1e-3, decay_from = dcay.start)'],
  ])('%s: %s', (code, schedule) => {
    expect(codesOf(withSchedule(schedule))).toEqual([code]);
  });

  it.each([
    'constant(peak = 0.1)',
    'inverse_sqrt(peak = 1e-3, warmup = 1%)',
    'linear(peak = 5e-4, to = 0, warmup = 0 steps)',
  ])('is content with %s', (schedule) => {
    expect(codesOf(withSchedule(schedule))).toEqual([]);
  });

  const stages = ['stage stable ..900k { 100% web }', 'stage decay { 100% code }'];

  it('SM3101: a decay that does not start with its stage', () => {
    expect(resolveText(withSchedule('wsd(peak = 1e-3, decay = 20%)', stages)).diagnostics).toEqual([
      'SM3101 the learning rate decays from 800k on, 100k tokens before stage `decay` starts at 900k',
    ]);
    expect(codesOf(withSchedule('wsd(peak = 1e-3, decay_from = 950k tokens)', stages))).toEqual(['SM3101']);
    for (const decay of [
      'decay = 10%',
      'decay_from = decay.start',
      'decay_from = stable.end',
      'decay = 100k tokens',
      'decay = 98 steps',
    ]) {
      expect(codesOf(withSchedule(`wsd(peak = 1e-3, ${decay})`, stages))).toEqual([]);
    }
  });

  it('aligns the decay', () => {
    expectFix(
      withSchedule('wsd(peak = 1e-3, decay = 20%)', stages),
      'SM3101',
      withSchedule('wsd(peak = 1e-3, decay_from = decay.start)', stages),
    );
  });
});

describe('datasets', () => {
  const withDataset = (attributes: string) => recipeWith(halves, {}, { before: `dataset x { ${attributes} }` });

  it.each([
    ['SM6005', 'source = local("../x.jsonl")'],
    ['SM6005', 'source = local("/x.jsonl")'],
    ['SM6005', 'source = local("a\\\\b.jsonl")'],
    ['SM6005', 'source = local("C:/x.jsonl")'],
    ['SM6005', 'source = local("")'],
    ['SM6006', 'source = hf("a b")'],
    ['SM6008', 'source = local("x.jsonl"), size = 10 rows, holdout = 10 rows'],
    ['SM1010', 'source = x'],
    ['SM1008', 'source = nine'],
    ['SM1001', 'source = wbe'],
    ['SM1036', 'domain = web'],
    ['SM2003', 'source = local("x.jsonl"), size = 10'],
    ['SM2003', 'source = local("x.jsonl"), max_malformed = 0.01'],
    ['SM6207', 'source = generate("a server", "a model", web)'],
    ['SM1025', 'source = generate("http://a", "a model")'],
    ['SM1001', 'source = generate("http://a", "a model", wbe)'],
    ['SM1008', 'source = generate("http://a", "a model", nine)'],
    ['SM1001', 'source = web, score s = classify(edu)'],
    ['SM1008', 'source = web, score s = classify(web)'],
    ['SM6204', 'source = local("x.jsonl"), take 5 web'],
    ['SM1020', 'source = web, dedup minhsah(bands = 1)'],
    ['SM1022', 'source = web, decontaminate ngram(m = 13, against = ["ifeval"])'],
    ['SM1025', 'source = web, score s = classify()'],
    ['SM2003', 'source = web, sample 30'],
  ])('%s: %s', (code, attributes) => {
    expect(codesOf(`${withDataset(attributes)}\nlet nine = 9`)).toEqual([code]);
  });

  it('SM6007: warns of a dataset without a share, roots of used ones aside', () => {
    const text = (share: string) =>
      recipeWith([share])
        .replace(/^allow .*$/m, '')
        .replace('dataset code { source = local("code/*.jsonl")', 'dataset code { source = web');
    expect(
      diagnosticsOf(text('100% code'))
        .filter(({ code }) => code === 'SM6007')
        .map(({ message }) => message),
    ).toEqual(['dataset `math` is never used']);
  });

  it('reads sources, sizes, format and limits', () => {
    const before = [
      'dataset a { source = local("a/*.txt", "b.jsonl"), size = 1.5B tokens, format = text("body"), repeat = never, order = sequential }',
      'dataset b { source = hf("o/n", config = "c", split = "s", revision = "r"), size = 3k rows, holdout = 5, repeat = 2.5 epochs, max_malformed = 0% }',
      'dataset c { source = b, keep where tokens >= 8_192 and (not lang in ["en"] or x == true), drop 50% where q < -1, sample 30k rows, dedup minhash(hashes = 2, bands = 1) }',
    ].join('\n');
    const { recipe } = resolveText(recipeWith(halves, {}, { before }));
    const [a, b, c] = ['a', 'b', 'c'].map((name) => recipe!.datasets.find((dataset) => dataset.name === name)!);
    expect(a!.source.value).toEqual({ kind: 'local', paths: ['a/*.txt', 'b.jsonl'] });
    expect([a!.sizeTokens?.value, a!.sizeRows, a!.textColumn.value, a!.repeat.value, a!.order.value]).toEqual([
      1.5e9,
      null,
      'body',
      { kind: 'never' },
      'sequential',
    ]);
    expect(b!.source.value).toEqual({ kind: 'hf', repository: 'o/n', config: 'c', split: 's', revision: 'r' });
    expect([b!.sizeRows?.value, b!.holdoutRows.value, b!.repeat.value]).toEqual([
      3000,
      5,
      { kind: 'epochs', limit: 2.5 },
    ]);
    expect(c!.source.value).toEqual({ kind: 'dataset', dataset: 'b' });
    expect(c!.steps.map((step) => stepText(step))).toEqual([
      'keep where tokens >= 8192 and (not lang in ["en"] or x == true)',
      'drop 50% where q < -1',
      'sample 30000 rows',
      'dedup minhash(bands = 1, hashes = 2, ngram = 5)',
    ]);
  });
});

describe('conditions of steps', () => {
  const said = (condition: string) =>
    codesOf(recipeWith(halves, {}, { after: `dataset x { source = web, keep where ${condition} }` }));

  it.each([
    ['tokens >= 8192 tokens', []],
    ['quality > 5% and not (tokens < -1 or count(score > 3) by url > 2)', []],
    ['tokens >= 8192 steps', ['SM2002']],
    ['tokens >= 8192 tokns', ['SM2004']],
    ['a == 1 or not count(score > 3 epochs) by url > 2', ['SM2002']],
    ['url matches "^https?://[a-z]+"', []],
    ['url matches "(a"', ['SM6206']],
    ['url matches "(a)\\\\1"', ['SM6206']],
    ['url matches "(?=a)b"', ['SM6206']],
    ['url matches "\\\\\\\\1"', []],
    ['url matches "(?i)spam"', []],
    ['url matches "(.{500}){3}"', ['SM6206']],
    [`url matches "${'a'.repeat(1_001)}"`, ['SM6206']],
    ['lang in ["en", 3, 5%, true]', []],
    ['lang in [web, 1 + 1]', ['SM2001', 'SM2001']],
    ['lang in []', ['SM6213']],
    ['language > 5', ['SM6212']],
    ['"en" == language and language in ["en", 5]', []],
    ['language in [5, true]', ['SM6212']],
    ['tokens == "many"', ['SM6212']],
    ['"many" != characters', ['SM6212']],
    ['tokens matches "5"', ['SM6212']],
    ['x.tokens == "many" and tokens.x == "many"', []],
    ['count(a == 1) by url == true', ['SM6212']],
    ['good >= true', ['SM6212']],
    ['good != true', []],
    ['count(count(a > 1) by url > 1) by domain >= 10', ['SM6214']],
    ['count(not (b == 1 and count(a > 1) by url > 1)) by domain >= 10', ['SM6214']],
    ['id == 9007199254740992', []],
    ['id == 9007199254740993', ['SM6215']],
    ['id != -9007199254740993', ['SM6215']],
    ['id in [1, 123456789012345678901234567891]', ['SM6215']],
  ])('%s: %s', (condition, codes) => {
    expect(said(condition)).toEqual(codes);
  });
});

it.each([
  ['drop 90% where a == 1', []],
  ['drop 150% where a == 1', ['SM2010']],
  ['sample 30k rows', []],
  ['sample 120%', ['SM2010']],
  ['sample 0.5 rows', ['SM2011']],
  ['decontaminate ngram(against = ["ifeval", web])', []],
  ['decontaminate ngram(against = [nothing])', ['SM1001']],
  ['decontaminate ngram(against = [])', ['SM6210']],
  ['decontaminate ngram(against = ["nosuch_task", web])', ['SM5305']],
  ['decontaminate ngram(against = ["../../etc/passwd"])', ['SM6005']],
  ['decontaminate ngram(against = ["/etc/passwd"])', ['SM6005']],
  ['decontaminate ngram(against = ["../x.json"])', ['SM6005']],
  ['decontaminate ngram(against = ["tasks/x.json"])', []],
  ['decontaminate ngram(against = ["needle"])', ['SM6211']],
  ['decontaminate ngram(against = ["winogrande"])', ['SM5307']],
  ['decontaminate ngram(n = 1001, against = [web])', ['SM2010']],
  ['dedup minhash(bands = 100, hashes = 100)', []],
  ['dedup minhash(bands = 100, hashes = 101)', ['SM6209']],
  ['dedup minhash(bands = 1000000, hashes = 1000000)', ['SM2010', 'SM2010']],
  ['dedup minhash(ngram = 1001)', ['SM2010']],
])('the step %s: %s', (step, codes) => {
  expect(codesOf(recipeWith(halves, {}, { after: `dataset x { source = code, ${step} }` }))).toEqual(codes);
});

it('a derived dataset has the format of what it derives from, unless it says another', () => {
  const after =
    'dataset a { source = local("a.jsonl"), format = text("body") }\ndataset b { source = a, sample 10% }\ndataset c { source = b, sample 20% }\ndataset d { source = b, format = text("title") }';
  const { recipe } = resolveText(recipeWith(halves, {}, { after }));
  const columns = ['b', 'c', 'd'].map((name) => recipe!.datasets.find((each) => each.name === name)!.textColumn.value);
  expect(columns).toEqual(['body', 'body', 'title']);
});

it('says nothing of the decay while stages leave a gap', () => {
  const stages = ['stage a ..400k { 100% web }', 'stage decay 500k.. { 100% web }'];
  const schedule = 'wsd(peak = 1e-3, decay = 10%)';
  expect(codesOf(withStages(stages, { schedule }))).toEqual(['SM3102']);
  expect(
    codesOf(withStages(['stage a ..400k { 100% web }', stages[1]!.replace('500k', '400k')], { schedule })),
  ).toEqual(['SM3101']);
});
