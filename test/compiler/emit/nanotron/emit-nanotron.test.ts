import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { learningRate, type Plan } from '../../../../compiler/plan/index.ts';
import { expectGolden } from '../../../support/baselines.ts';
import { type EmittedRecipe, emitFile, emitText } from '../../../support/emit-example.ts';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures');
const golden = join(fixtures, 'nanotron');
/** What nanotron's own parser and schedule make of the golden files (make_nanotron_fixtures.py). */
const theirs: Record<string, NanotronReading> = JSON.parse(readFileSync(join(fixtures, 'nanotron.json'), 'utf8'));

interface NanotronReading {
  readonly sha256: string;
  readonly steps: readonly number[];
  readonly rates: readonly number[];
  readonly train_steps: number;
  readonly samples_per_step: number;
  readonly tokens_per_step: number;
  readonly stages: readonly { name: string; first_step: number; sequence: number; weights: Record<string, number> }[];
  readonly model: { rope_theta: number; document_masking: boolean };
  readonly resumes_from: string | null;
}

let line: EmittedRecipe;
beforeAll(async () => {
  line = await emitFile('nanotron', 'test/fixtures/nanotron/line.smol');
});

const nameOf = (path: string) => path.replaceAll('/', '-');
const configs = () => line.emission.files.filter(({ path }) => path.endsWith('.yaml'));

describe('what is written for nanotron', () => {
  it('is what it was', () => {
    for (const { path, text } of configs()) expectGolden(join(golden, nameOf(path)), path, text);
  });

  it('is what nanotron read', () => {
    for (const { path, text } of configs()) {
      expect(theirs[nameOf(path)]?.sha256, `${path}: run test/fixtures/make_nanotron_fixtures.py`).toBe(
        createHash('sha256').update(text).digest('hex'),
      );
    }
    const known = readdirSync(golden).filter((name) => name.endsWith('.yaml'));
    expect(known.sort()).toEqual(
      configs()
        .map(({ path }) => nameOf(path))
        .sort(),
    );
  });

  it('has, by their function, the learning rate of the plan at every step', () => {
    const { schedule, steps } = line.plan.phases[0]!;
    const last = theirs[nameOf(configs().at(-1)!.path)]!;
    expect(last.steps).toHaveLength(steps + 1);
    last.steps.slice(1).forEach((step, index) => {
      expect(Math.abs(last.rates[index + 1]! - learningRate(schedule, step))).toBeLessThan(1e-12 * schedule.peak);
    });
    expect(last.rates.at(-1)).toBe(3e-7);
    expect(last.rates[900]).toBe(2e-5);
    expect(last.rates[200]).toBe(2e-5);
  });

  it('adds up to the tokens of the plan, stage by stage and to the token', () => {
    const [phase] = line.plan.phases;
    const readings = configs().map(({ path }) => theirs[nameOf(path)]!);
    const tokens = readings.map(({ train_steps: last, tokens_per_step: size, stages }) => {
      return (last - stages.at(-1)!.first_step + 1) * size;
    });
    expect(tokens.reduce((sum, value) => sum + value, 0)).toBe(phase!.tokens);
    for (const stage of phase!.stages) {
      const own = readings.flatMap(({ stages }, i) => (stages.at(-1)!.name.startsWith(stage.name) ? [tokens[i]!] : []));
      expect(own.reduce((sum, value) => sum + value, 0)).toBe(stage.tokens);
    }
  });

  it('goes on where the file before it ends, with its stages and one more', () => {
    const readings = configs().map(({ path }) => theirs[nameOf(path)]!);
    readings.slice(1).forEach(({ stages, resumes_from }, index) => {
      const before = readings[index]!;
      expect(resumes_from).toBe(`checkpoints/pretrain/${before.train_steps}`);
      expect(stages.at(-1)!.first_step).toBe(before.train_steps + 1);
      expect(stages.slice(0, -1)).toEqual(before.stages);
    });
    expect(readings[0]!.resumes_from).toBeNull();
  });

  it('has the shares of each piece of the ramp', () => {
    const { stages } = theirs[nameOf(configs().at(-1)!.path)]!;
    expect(stages.map(({ name }) => name)).toEqual([
      'short',
      'mixed_1',
      'mixed_2',
      'mixed_3',
      'mixed_4',
      'mixed_5',
      'long',
    ]);
    for (const { weights } of stages) {
      expect(Object.values(weights).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
    expect(stages[0]!.weights).toEqual({ 'datasets/s3/web': 1 / 3, 'datasets/s3/code': 2 / 3 });
    expect(stages.at(-1)!.weights).toEqual({ 'datasets/s3/web': 0.6, 'datasets/s3/long_code': 0.4 });
  });

  it('has the extension in a configuration of its own, since theta has one value in a file', () => {
    const readings = configs().map(({ path }) => theirs[nameOf(path)]!);
    expect(readings.map(({ model }) => model.rope_theta)).toEqual([
      10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 130_000,
    ]);
    expect(readings.map(({ model }) => model.document_masking)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is read as the same numbers by YAML 1.1 and 1.2', () => {
    for (const { text } of configs()) {
      expect(parse(text, { version: '1.1' })).toEqual(parse(text, { version: '1.2' }));
      expect(text).toContain('learning_rate: 2.0e-05\n');
      expect(text).toContain('min_decay_lr: 3.0e-07\n');
    }
  });

  it('names what is left out, in the README.md too', () => {
    const codes = line.emission.diagnostics.map(({ code }) => code);
    expect(codes.sort()).toEqual(['SM7107', 'SM7108']);
    const readme = line.emission.files.find(({ path }) => path === 'README.md')!.text;
    for (const { message } of line.emission.diagnostics) expect(readme).toContain(message);
  });
});

describe('the examples for nanotron', () => {
  const totalTokens = ({ emission }: EmittedRecipe, folder: string) =>
    emission.files
      .filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.yaml'))
      .map(({ text }) => parse(text))
      .map(({ data_stages, tokens, parallelism }) => {
        const steps = tokens.train_steps - data_stages.at(-1).start_training_step + 1;
        const sequences = parallelism.dp * tokens.micro_batch_size * tokens.batch_accumulation_per_replica;
        return steps * sequences * tokens.sequence_length;
      })
      .reduce((sum, value) => sum + value, 0);
  const pretrainTokens = ({ phases }: Plan) => phases.find(({ kind }) => kind === 'pretrain')!.tokens;

  it('the 1.7B recipe is exported whole: five files, the last with the theta and length of the extension', async () => {
    const written = await emitFile('nanotron', 'examples/smollm2-1.7b.smol');
    const files = written.emission.files.map(({ path }) => path);
    expect(files).toEqual([
      'pretrain/1-stable_1.yaml',
      'pretrain/2-stable_2.yaml',
      'pretrain/3-stable_3.yaml',
      'pretrain/4-decay.yaml',
      'pretrain/5-long_context.yaml',
      'README.md',
    ]);
    expect(totalTokens(written, 'pretrain')).toBe(11_000_000_544_768);
    const [decay, long] = written.emission.files.slice(3, 5).map(({ text }) => parse(text));
    expect(decay.model.model_config.rope_theta).toBe(10_000);
    expect(long.model.model_config.rope_theta).toBe(130_000);
    expect(long.tokens).toMatchObject({
      sequence_length: 8192,
      micro_batch_size: 1,
      batch_accumulation_per_replica: 1,
    });
    expect(long.parallelism.dp).toBe(256);
    expect(long.optimizer.learning_rate_scheduler).toEqual({
      learning_rate: 5e-4,
      lr_decay_starting_step: 4_720_688,
      lr_decay_steps: 524_521,
      lr_decay_style: 'linear',
      lr_warmup_steps: 2000,
      lr_warmup_style: 'linear',
      min_decay_lr: 0,
    });
    expect(new Set(written.emission.diagnostics.map(({ code }) => code))).toEqual(new Set(['SM7107', 'SM7108']));
  });

  it.each(['135m', '360m'])('the %s recipe is exported with the arms of its ablation', async (size) => {
    const written = await emitFile('nanotron', `examples/smollm2-${size}.smol`);
    expect(totalTokens(written, 'pretrain')).toBe(pretrainTokens(written.plan));
    const [{ arms }] = written.plan.ablations as [Plan['ablations'][number]];
    for (const { name, phase } of arms) {
      expect(totalTokens(written, `ablations/web_filter/${name}`)).toBe(phase.tokens);
    }
  });

  it('an arm goes on with weights and optimizer of its start, and with a schedule of its own', async () => {
    const { emission } = await emitFile('nanotron', 'examples/smollm2-math-ablations.smol');
    const arm = parse(emission.files.find(({ path }) => path.startsWith('ablations/math/owm/'))!.text);
    expect(arm.checkpoints).toMatchObject({
      resume_checkpoint_path: 'checkpoints/pretrain/1430000',
      load_lr_scheduler: false,
    });
    expect(arm.tokens.train_steps).toBe(47_684);
  });

  it('float32 is refused where it stands, or where the phase starts when it is the default', async () => {
    const path = 'examples/quickstart.smol';
    const written = readFileSync(join(fixtures, '..', '..', path), 'utf8');
    for (const [text, place] of [
      [written, 'precision = float32'],
      [written.replace('precision = float32', ''), 'pretrain'],
    ] as const) {
      const { emission } = await emitText('nanotron', path, text);
      const { span } = emission.diagnostics.find(({ code }) => code === 'SM7103')!;
      expect(text.slice(span.start, span.end)).toBe(place);
    }
  });

  it('float32 is refused, and nothing is written', async () => {
    const { emission } = await emitFile('nanotron', 'examples/quickstart.smol');
    expect(emission.files).toEqual([]);
    expect(emission.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'SM7103',
    ]);
    const settings = ['pretrain.precision=bf16'];
    const repaired = await emitFile('nanotron', 'examples/quickstart.smol', { settings });
    expect(repaired.emission.files.length).toBeGreaterThan(1);
  });
});
