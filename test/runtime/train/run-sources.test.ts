import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRecipe, printPlan } from '../../../compiler/index.ts';
import { openModel } from '../../../runtime/export/open-model.ts';
import { chooseEngine, loadTrainedModel, type RunOptions, runPlan } from '../../../runtime/index.ts';
import { firstCommit, hubServer, secondCommit } from '../../support/hub-server.ts';
import { fixturePath, temporaryFolder } from '../../support/hugging-face-fixture.ts';

/** A recipe whose model is that of the fixture `tied`; its learning rate is next to nothing, so that its weights stay. */
function recipe(from: string, change: (text: string) => string = (text) => text): string {
  return change(`recipe further
language = 1
seed = 1
tokenizer = local("tied/tokenizer.json")

dataset notes { source = local("notes.jsonl"), holdout = 1 rows }

model {
  family = llama
  layers = 2
  hidden = 32
  ffn = 40
  heads = 4
  kv_heads = 2
  vocab = 260
  context = 128
  rope_theta = 10_000
  norm_eps = 1e-5
  tie_embeddings = true
  init_std = 0.1
}

pretrain {
  tokens = 128
  sequence = 16
  batch = 64 tokens
  precision = float32
  optimizer = adamw(beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = 0)
  clip_norm = 1.0
  schedule = constant(peak = 1e-12, warmup = 0 steps)
  checkpoint = every(1 steps, keep = 2)
  from = ${from}

  100% notes
}
`);
}

const { engine } = await chooseEngine('wasm');

function setUp(text: string): RunOptions {
  const folder = temporaryFolder();
  cpSync(fixturePath('tied'), join(folder, 'tied'), { recursive: true });
  cpSync(join(fixturePath('tied'), '../../gguf/tied.gguf'), join(folder, 'tied.gguf'));
  const rows = Array.from({ length: 12 }, (_, row) =>
    JSON.stringify({ text: `row ${row}: ${'some text '.repeat(5)}` }),
  );
  writeFileSync(join(folder, 'notes.jsonl'), rows.join('\n'));
  writeFileSync(join(folder, 'further.smol'), text);
  const { plan, diagnostics } = compileRecipe('further.smol', {
    readText: (path) => (path.endsWith('.lock') ? null : text),
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics.map(({ message }) => message)));
  return {
    plan,
    planText: printPlan(plan),
    recipeFolder: folder,
    runFolder: join(folder, 'run'),
    runsFolder: join(folder, 'runs'),
    resume: false,
    steps: null,
    cacheFolder: join(folder, 'cache'),
    version: '0',
    observe: () => {},
    interrupted: new AbortController().signal,
  };
}

/** The largest difference between the weights after the run and those of a model. */
async function distance(options: RunOptions, model: string): Promise<number> {
  const trained = await loadTrainedModel(options.runFolder!, null);
  const start = await (await openModel(model, 'start')).readParameters();
  const differences = start.map(({ values }, index) => {
    const after = trained.parameters[index]!.values;
    return values.reduce((most, value, place) => Math.max(most, Math.abs(value - after[place]!)), 0);
  });
  return Math.max(...differences);
}

describe('a phase starts from', () => {
  test.each(['tied', 'tied.gguf'])('local("%s"): its weights are those of the model', async (name) => {
    const options = setUp(recipe(`local("${name}")`));
    const report = await runPlan(options, engine);
    expect(report.step).toBe(2);
    expect(await distance(options, join(options.recipeFolder, name))).toBeLessThan(1e-7);
    const seeded = setUp(recipe('local("tied")', (text) => text.replace(/ {2}from = .*\n/, '')));
    await runPlan(seeded, engine);
    expect(await distance(seeded, join(seeded.recipeFolder, name))).toBeGreaterThan(0.1);
  });

  test('hf(…): the commit of the branch is recorded, and a resumed run keeps to it', async () => {
    const server = await hubServer(fixturePath('tied'));
    const text = recipe('hf("team/tiny")', (all) => all.replace('local("tied/tokenizer.json")', 'hf("team/tiny")'));
    const options = { ...setUp(text), hub: server.access };
    await runPlan({ ...options, steps: 1 }, engine);
    expect(await distance(options, fixturePath('tied'))).toBeLessThan(1e-7);
    const record = () => JSON.parse(readFileSync(join(options.runFolder!, 'hub.json'), 'utf8'));
    expect(record()).toEqual({
      format: 1,
      repositories: [{ repository: 'team/tiny', revision: null, commit: firstCommit }],
    });
    server.branch = secondCommit;
    const offline = { ...options, hub: { ...server.access, isOffline: true } };
    const report = await runPlan({ ...offline, resume: true }, engine);
    expect(report.step).toBe(2);
    expect(record().repositories[0].commit).toBe(firstCommit);
    expect(readFileSync(join(options.runFolder!, 'tokenizer.json'))).toEqual(
      readFileSync(join(fixturePath('tied'), 'tokenizer.json')),
    );
  });
});

describe('a dataset on the hub', () => {
  const hubRecipe = recipe('hf("team/tiny")', (text) =>
    text.replace('local("notes.jsonl")', 'hf("team/tiny", split = "train")').replace(/ {2}from = .*\n/, ''),
  );

  /** The rows of the local dataset, as the repository of a dataset holds them. */
  function repository(options: RunOptions, name: string): string {
    const folder = join(options.recipeFolder, 'repository');
    mkdirSync(folder);
    cpSync(join(options.recipeFolder, 'notes.jsonl'), join(folder, name));
    writeFileSync(join(folder, 'test.jsonl'), 'not read');
    return folder;
  }

  test('is fetched, trained on as the same file would be here, and its commit recorded', async () => {
    const options = setUp(hubRecipe);
    const server = await hubServer(repository(options, 'train.jsonl'));
    await runPlan({ ...options, hub: server.access }, engine);
    const local = setUp(recipe('fresh', (text) => text.replace(/ {2}from = .*\n/, '')));
    await runPlan(local, engine);
    const data = (run: RunOptions) => JSON.parse(readFileSync(join(run.runFolder!, 'data.json'), 'utf8')).datasets[0];
    expect(data(options).content_hash).toBe(data(local).content_hash);
    expect(data(options).held_out_documents).toBe(1);
    expect(JSON.parse(readFileSync(join(options.runFolder!, 'hub.json'), 'utf8')).repositories).toEqual([
      { repository: 'datasets/team/tiny', revision: null, commit: firstCommit },
    ]);
    expect(server.requests.join()).not.toContain('test.jsonl');
  });

  test('of files that cannot be read, or of no file, is refused before anything is fetched', async () => {
    const options = setUp(hubRecipe);
    const server = await hubServer(repository(options, 'train.csv'));
    await expect(runPlan({ ...options, hub: server.access }, engine)).rejects.toThrow(
      'dataset `team/tiny`: `train.csv` of split `train` cannot be read',
    );
    expect(server.requests.join()).not.toContain('resolve');
    const none = setUp(hubRecipe.replace('split = "train"', 'split = "validation"'));
    await expect(runPlan({ ...none, hub: server.access }, engine)).rejects.toThrow('no file of split `validation`');
  });
});

test('tasks of evaluations on the hub: their commit is recorded with the results, and a resumed run keeps to it', async () => {
  const block = '\nevaluate base {\n  at = [1 steps, pretrain.end]\n  tasks = [cloze("years.json")]\n}\n';
  const options = setUp(recipe('fresh', (text) => text.replace(/ {2}from = .*\n/, '') + block));
  const asked = { question: '{question}', choices: 'choices.text', answer: 'answerKey' };
  const task = { kind: 'cloze', data: { hf: 'team/tiny', split: 'test' }, ...asked };
  writeFileSync(join(options.recipeFolder, 'years.json'), JSON.stringify(task));
  const folder = temporaryFolder();
  cpSync(join(import.meta.dirname, '../../fixtures/parquet/gzip.parquet'), join(folder, 'test.parquet'));
  const server = await hubServer(folder);
  await runPlan({ ...options, hub: server.access, steps: 1 }, engine);
  server.branch = secondCommit;
  await runPlan({ ...options, hub: { ...server.access, isOffline: true }, resume: true }, engine);
  const lines = readFileSync(join(options.runFolder!, 'evaluations.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { step: 1, items: 12, commits: [{ repository: 'team/tiny', commit: firstCommit }] },
    { step: 2, items: 12, commits: [{ repository: 'team/tiny', commit: firstCommit }] },
  ]);
  expect(JSON.parse(readFileSync(join(options.runFolder!, 'hub.json'), 'utf8')).repositories).toEqual([
    { repository: 'datasets/team/tiny', revision: null, commit: firstCommit },
  ]);
});

describe('what cannot be started from is refused before anything begins', () => {
  test.each([
    [
      'local("tied")',
      (text: string) => text.replace('layers = 2', 'layers = 3').replace('rope_theta = 10_000', 'rope_theta = 20_000'),
      'another model: layers 2 there and 3 in the recipe, rope_theta 10000 there and 20000 in the recipe',
    ],
    ['local("none")', (text: string) => text, '`none` is not there'],
    ['local("notes.jsonl")', (text: string) => text, 'neither a Hugging Face folder nor a `.gguf` file'],
  ])('%s', async (from, change, message) => {
    const options = setUp(recipe(from, change));
    await expect(runPlan(options, engine)).rejects.toThrow(message);
    expect(() => readFileSync(join(options.runFolder!, 'plan.json'))).toThrow('ENOENT');
  });

  test('a link out of the recipe’s folder', async () => {
    const options = setUp(recipe('local("linked")'));
    symlinkSync(fixturePath('tied'), join(options.recipeFolder, 'linked'));
    await expect(runPlan(options, engine)).rejects.toThrow('leaves the recipe');
    const inside = setUp(recipe('local("own")'));
    mkdirSync(join(inside.recipeFolder, 'own'));
    for (const name of ['config.json', 'tokenizer.json']) {
      cpSync(join(fixturePath('tied'), name), join(inside.recipeFolder, 'own', name));
    }
    symlinkSync(join(fixturePath('tied'), 'model.safetensors'), join(inside.recipeFolder, 'own/model.safetensors'));
    await expect(runPlan(inside, engine)).rejects.toThrow('is a link that leaves the recipe');
  });
});
