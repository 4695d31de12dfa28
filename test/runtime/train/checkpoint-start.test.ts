import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRecipe, printPlan } from '../../../compiler/index.ts';
import { checkpointPath, listCheckpoints } from '../../../runtime/checkpoint/checkpoint-folder.ts';
import { chooseEngine, loadTrainedModel, type RunOptions, runPlan } from '../../../runtime/index.ts';
import { temporaryFolder } from '../../support/hugging-face-fixture.ts';
import { runOptions } from '../../support/run-options.ts';
import { tuningFolder } from '../../support/tuning-plan.ts';

const { engine } = await chooseEngine('wasm');

const model =
  'layers = 1, hidden = 16, ffn = 32, heads = 2, kv_heads = 1, vocab = 4096, context = 64, rope_theta = 10_000';
const recipe = (pretrain: string, more = '') => `recipe further
language = 1
seed = 1
tokenizer = local("tokenizer.json")
dataset novel { source = local("novel.jsonl") }
model { ${model} }
pretrain {
  tokens = 6 steps
  sequence = 16
  batch = 2 sequences
  optimizer = adamw(weight_decay = 0)
  100% novel
  ${pretrain}
}
${more}`;
const base = recipe('schedule = constant(peak = 1e-2, warmup = 1 steps), checkpoint = every(1 steps, keep = 2)');
/** Its learning rate is next to nothing, so that its weights stay those that it starts from. */
const still = (from: string) =>
  recipe(`schedule = constant(peak = 1e-12, warmup = 0 steps), checkpoint = every(1 steps), from = ${from}`);

function optionsOf(folder: string, text: string, run: string): RunOptions {
  const { plan, diagnostics } = compileRecipe('r.smol', { readText: (path) => (path === 'r.smol' ? text : null) });
  if (!plan) throw new Error(JSON.stringify(diagnostics.map(({ message }) => message)));
  const folders = { recipeFolder: folder, cacheFolder: join(folder, 'cache') };
  return runOptions(plan, folders, { planText: printPlan(plan), runFolder: join(folder, run) });
}

async function weightsOf(path: string, step: number): Promise<readonly number[]> {
  const { parameters } = await loadTrainedModel(path, step);
  return parameters.flatMap(({ values }) => [...values]);
}
const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);

describe('a phase starts from a checkpoint of another run', () => {
  test('from the one that is named, or the newest; it is recorded, and stays while its run goes on', async () => {
    const folder = tuningFolder();
    const first = optionsOf(folder, base, 'runs/base');
    await runPlan({ ...first, steps: 3 }, engine);
    const checkpoints = join(folder, 'runs/base/checkpoints');
    const named = optionsOf(folder, still('checkpoint("runs/base/checkpoints/step-00000002")'), 'runs/named');
    await runPlan({ ...named, steps: 1 }, engine);
    const newest = optionsOf(folder, still('checkpoint("runs/base")'), 'runs/newest');
    await runPlan({ ...newest, steps: 1 }, engine);
    const [two, three] = [await weightsOf(first.runFolder!, 2), await weightsOf(first.runFolder!, 3)];
    expect(distance(two, three)).toBeGreaterThan(1e-3);
    expect(distance(await weightsOf(named.runFolder!, 1), two)).toBeLessThan(1e-7);
    expect(distance(await weightsOf(newest.runFolder!, 1), three)).toBeLessThan(1e-7);
    const record = JSON.parse(readFileSync(join(newest.runFolder!, 'starts.json'), 'utf8'));
    expect(record).toEqual({
      format: 1,
      checkpoints: [{ path: 'runs/base', step: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });

    await runPlan({ ...first, resume: true }, engine);
    expect(listCheckpoints(checkpoints)).toEqual([6, 5, 3, 2]);
    // Its run has gone on: a resumed run keeps to what it started from.
    await runPlan({ ...newest, resume: true }, engine);
    expect(JSON.parse(readFileSync(join(newest.runFolder!, 'starts.json'), 'utf8'))).toEqual(record);
    expect(distance(await weightsOf(newest.runFolder!, 6), three)).toBeLessThan(1e-7);
  });

  test('fine-tuning from one, interrupted and resumed, is what it is in one go', async () => {
    const folder = tuningFolder();
    const kinds: string[] = [];
    const begun = optionsOf(folder, base, 'runs/base');
    await runPlan({ ...begun, steps: 2, observe: ({ kind }) => kinds.push(kind) }, engine);
    // Nothing is held out, and nothing is said to be measured.
    expect(kinds).toContain('held-out');
    expect(kinds).not.toContain('measuring');
    const text = `recipe tuned
language = 1
seed = 1
tokenizer = local("tokenizer.json")
dataset chats { source = local("chats.jsonl"), size = 30 rows }
model { ${model} }
sft { data = chats, epochs = 1, sequence = 48, batch = 4 sequences, schedule = constant(peak = 1e-3), from = checkpoint("runs/base") }
`;
    const whole = optionsOf(folder, text, 'runs/whole');
    await runPlan(whole, engine);
    const parts = optionsOf(folder, text, 'runs/parts');
    await runPlan({ ...parts, steps: 3 }, engine);
    await runPlan({ ...parts, resume: true }, engine);
    const { steps } = whole.plan.phases[0]!;
    expect(steps).toBeGreaterThan(3);
    for (const name of ['metrics.jsonl', 'starts.json'])
      expect(readFileSync(join(parts.runFolder!, name), 'utf8')).toBe(
        readFileSync(join(whole.runFolder!, name), 'utf8'),
      );
    expect(await weightsOf(parts.runFolder!, steps)).toEqual(await weightsOf(whole.runFolder!, steps));
  });

  test('what is none, is damaged, has changed or lies elsewhere is refused', async () => {
    const folder = tuningFolder();
    await runPlan(optionsOf(folder, base, 'runs/base'), engine);
    const refuse = (from: string, options = optionsOf(folder, still(`checkpoint("${from}")`), 'runs/x')) =>
      expect(runPlan(options, engine)).rejects;
    await refuse('runs/none').toMatchObject({ message: '`runs/none` is not there' });
    await refuse('novel.jsonl').toThrow('`novel.jsonl` is neither a run folder nor a checkpoint in one');
    await refuse('runs/base/checkpoints/step-00000001').toThrow('is not there');
    const weights = join(checkpointPath(join(folder, 'runs/base/checkpoints'), 5), 'parameters.safetensors');
    const options = optionsOf(folder, still('checkpoint("runs/base/checkpoints/step-00000005")'), 'runs/y');
    await runPlan({ ...options, steps: 1 }, engine);
    const bytes = readFileSync(weights);
    writeFileSync(
      weights,
      bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    await refuse('runs/base/checkpoints/step-00000005').toThrow('does not have the hash that its manifest says');
    const manifest = join(weights, '../manifest.json');
    const other = JSON.parse(readFileSync(manifest, 'utf8'));
    other.files[0].sha256 = '0'.repeat(64);
    writeFileSync(manifest, JSON.stringify(other));
    await refuse('', { ...options, resume: true }).toThrow('is another one than when the run began');

    const away = temporaryFolder();
    cpSync(join(folder, 'runs/base'), join(away, 'base'), { recursive: true });
    symlinkSync(join(away, 'base'), join(folder, 'runs/link'));
    await refuse('runs/link').toThrow("leaves the recipe's folder");
    mkdirSync(join(folder, 'runs/half'));
    cpSync(join(folder, 'runs/base'), join(folder, 'runs/half'), { recursive: true });
    rmSync(join(folder, 'runs/half/plan.json'));
    symlinkSync(join(away, 'base/plan.json'), join(folder, 'runs/half/plan.json'));
    await refuse('runs/half').toThrow("`plan.json` is a link that leaves the recipe's folder");
    expect(existsSync(join(folder, 'runs/x/checkpoints/step-00000001'))).toBe(false);
  });

  test('weights of another tokenizer are refused, with both and the fix', async () => {
    const folder = tuningFolder();
    await runPlan({ ...optionsOf(folder, base, 'runs/base'), steps: 1 }, engine);
    const file = join(folder, 'tokenizer.json');
    const text = readFileSync(file, 'utf8');
    const json = JSON.parse(text);
    const [a, b] = Object.keys(json.model.vocab).filter((token) => /^[a-z]$/.test(token)) as [string, string];
    [json.model.vocab[a], json.model.vocab[b]] = [json.model.vocab[b], json.model.vocab[a]];
    writeFileSync(file, JSON.stringify(json));
    const start = () => runPlan(optionsOf(folder, still('checkpoint("runs/base")'), 'runs/x'), engine);
    const [lower] = [json.model.vocab[a], json.model.vocab[b]].sort((x, y) => x - y);
    await expect(start()).rejects.toMatchObject({
      message: `phase \`pretrain\` starts from \`runs/base\`, whose tokenizer is not the recipe's: 2 of 4,096 ids stand for other tokens, the first is ${lower}: "${a}" there and "${b}" in the recipe`,
      help: 'give the recipe the tokenizer of the weights: `tokenizer = local("runs/base/tokenizer.json")`',
    });
    // A token that the weights do not know.
    const more = JSON.parse(text);
    more.added_tokens.push({ ...more.added_tokens[0], id: 4096, content: '<|more|>' });
    writeFileSync(file, JSON.stringify(more));
    const larger = optionsOf(
      folder,
      still('checkpoint("runs/base")').replace('vocab = 4096', 'vocab = 4097'),
      'runs/x',
    );
    await expect(runPlan(larger, engine)).rejects.toThrow('another model: vocab 4096 there and 4097 in the recipe');
    await expect(start()).rejects.toThrow("is not the recipe's: it has 4,096 tokens, and the recipe's has 4,097");
    // The same vocabulary in another form of the file is the same tokenizer.
    writeFileSync(file, JSON.stringify(JSON.parse(text), null, 2));
    expect((await start()).step).toBe(6);
  });
});
