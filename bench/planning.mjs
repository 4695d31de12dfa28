// How long planning takes, cold and in process, beside the time in which nanotron loads an equal configuration:
//   node bench/planning.mjs [--rounds N] [--nanotron FOLDER/src --python PYTHON]
// Cold: whole processes of the built program (npm run build), interleaved with the peer's; medians. `check`, `plan` and `diff` are
// of the 11T recipe; the diff is against one with another share. In process: the same work without starting Node.js, after a
// warm-up, medians. nanotron: its configuration parser, imports among it, on a YAML with the same model, stages, datasets and
// schedule; it reads and validates, counts no tokens and no epochs. Without `--nanotron` its column is left out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const published = 'examples/smollm2-1.7b.smol';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, nanotron: { type: 'string' }, python: { type: 'string' } },
});
const rounds = Number(values.rounds);

function main() {
  const folder = mkdtempSync(join(tmpdir(), 'smol-planning-'));
  try {
    const edited = join(folder, 'edited.smol');
    const text = readFileSync(join(root, published), 'utf8');
    writeFileSync(
      edited,
      text.replace('20% starcoder', '15% starcoder').replace('5% open_web_math', '10% open_web_math'),
    );
    const commands = coldCommands(edited, folder);
    const cold = interleaved(commands);
    report(cold, inProcess(edited));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function coldCommands(edited, folder) {
  const smol = (...words) => ({ program: process.execPath, words: ['bin/smol.js', ...words], env: {} });
  const commands = {
    'node alone': { program: process.execPath, words: ['-e', ''], env: {} },
    'smol check': smol('check', published),
    'smol plan': smol('plan', published),
    'smol diff': smol('diff', published, edited),
  };
  if (!values.nanotron) return commands;
  const yaml = join(folder, 'equal.yaml');
  writeFileSync(yaml, withFloats(stringify(equalConfiguration(planOf(published)))));
  const env = { PYTHONPATH: values.nanotron, HF_HUB_OFFLINE: '1' };
  return {
    ...commands,
    'nanotron loader': {
      program: values.python ?? 'python3',
      words: [join(root, 'bench/nanotron-config.py'), yaml],
      env,
    },
  };
}

/** YAML 1.1, which Python reads, takes `1e-8` for a word and `0` for a whole number where the loader asks for a fraction. */
function withFloats(yaml) {
  const fractions = /^( *(?:- )?(?:min_decay_lr|clip_grad|rope_theta|weight_decay): )(\d+)$/gm;
  return yaml.replace(/(: |- )(\d+)(e-\d+)$/gm, '$1$2.0$3').replace(fractions, '$1$2.0');
}

function planOf(recipe) {
  const words = ['bin/smol.js', 'plan', recipe, '--format', 'json'];
  const { stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** The plan's pretraining in nanotron's words. */
function equalConfiguration({ model, phases, datasets }) {
  const [pretrain] = phases;
  const { schedule, optimizer } = pretrain;
  const sources = new Map(datasets.map(({ name }) => [name, `datasets/${name}`]));
  const tokenizer = 'HuggingFaceTB/cosmo2-tokenizer';
  return {
    checkpoints: {
      checkpoint_interval: pretrain.checkpoint.every_steps,
      checkpoints_path: 'checkpoints',
      checkpoints_path_is_shared_file_system: false,
      resume_checkpoint_path: null,
      save_initial_state: false,
    },
    data_stages: pretrain.stages.map((stage) => ({
      name: stage.name,
      start_training_step: stage.first_step,
      sequence_length: stage.sequence,
      data: {
        dataset: {
          dataset_folder: stage.mixture.map(({ dataset }) => sources.get(dataset)),
          dataset_weights: stage.mixture.map(({ share }) => Number(share)),
          vocab_size: model.vocab,
          tokenizer_name: tokenizer,
        },
        num_loading_workers: 1,
        seed: 42,
      },
    })),
    general: { project: 'smollm2', run: 'equal', seed: 42, ignore_sanity_checks: true },
    logging: { iteration_step_info_interval: 1, log_level: 'info', log_level_replica: 'info' },
    model: {
      ddp_bucket_cap_mb: 25,
      dtype: 'bfloat16',
      init_method: { std: model.init_std },
      make_vocab_size_divisible_by: 1,
      model_config: {
        bos_token_id: 0,
        eos_token_id: 0,
        hidden_act: 'silu',
        hidden_size: model.hidden,
        initializer_range: model.init_std,
        intermediate_size: model.ffn,
        is_llama_config: true,
        max_position_embeddings: model.context,
        num_attention_heads: model.heads,
        num_hidden_layers: model.layers,
        num_key_value_heads: model.kv_heads,
        pad_token_id: null,
        pretraining_tp: 1,
        rms_norm_eps: model.norm_eps,
        rope_scaling: null,
        rope_theta: model.rope_theta,
        tie_word_embeddings: model.tie_embeddings,
        use_cache: true,
        vocab_size: model.vocab,
      },
    },
    optimizer: {
      accumulate_grad_in_fp32: true,
      clip_grad: pretrain.clip_norm,
      learning_rate_scheduler: {
        learning_rate: schedule.peak,
        lr_decay_starting_step: schedule.decay_start_step,
        lr_decay_steps: schedule.decay_steps,
        lr_decay_style: schedule.shape,
        lr_warmup_steps: schedule.warmup_steps,
        lr_warmup_style: 'linear',
        min_decay_lr: schedule.end,
      },
      optimizer_factory: {
        adam_beta1: optimizer.beta1,
        adam_beta2: optimizer.beta2,
        adam_eps: optimizer.eps,
        name: 'adamW',
        torch_adam_is_fused: true,
      },
      weight_decay: optimizer.weight_decay,
      zero_stage: 0,
    },
    parallelism: { dp: 256, expert_parallel_size: 1, pp: 1, pp_engine: '1f1b', tp: 1, tp_mode: 'REDUCE_SCATTER' },
    tokenizer: { tokenizer_name_or_path: tokenizer, tokenizer_revision: null, tokenizer_max_length: null },
    tokens: {
      batch_accumulation_per_replica: 1,
      limit_test_batches: 0,
      limit_val_batches: 0,
      micro_batch_size: 4,
      sequence_length: pretrain.stages[0].sequence,
      train_steps: pretrain.steps,
      val_check_interval: -1,
    },
  };
}

/** Seconds of wall time of each command; the first round fills caches of compiled code and of files and counts for nothing. */
function interleaved(commands) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, { program, words, env }] of Object.entries(commands)) {
      const start = performance.now();
      const { status, stderr } = spawnSync(program, words, {
        cwd: root,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${name} ended with code ${status}:\n${stderr}`);
      if (round > 0) times[name].push((performance.now() - start) / 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/** Seconds in a process of its own that has warmed up: parsing, checking and planning, and comparing two plans. */
function inProcess(edited) {
  const script = `
    import { existsSync, readFileSync } from 'node:fs';
    import { compileRecipe } from './compiler/index.ts';
    import { diffPlans } from './compiler/diff/index.ts';
    const host = { readText: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null) };
    const plan = (path) => compileRecipe(path, host).plan;
    const [a, b] = [plan(${JSON.stringify(published)}), plan(${JSON.stringify(edited)})];
    const median = (work) => {
      const times = Array.from({ length: 60 }, () => { const t = performance.now(); work(); return performance.now() - t; });
      return times.slice(20).sort((x, y) => x - y)[20] / 1000;
    };
    console.log(JSON.stringify({
      'plan in process': median(() => plan(${JSON.stringify(published)})),
      'diff in process': median(() => diffPlans(a, b, { step: null })),
    }));`;
  const words = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report(cold, warm) {
  const peer = cold['nanotron loader'];
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpu.model}; medians of ${rounds} rounds`);
  console.log(`node bench/planning.mjs ${process.argv.slice(2).join(' ')}\n`);
  console.log(`| what | seconds |${peer ? ' nanotron / this |' : ''}`);
  console.log(`| --- | --- |${peer ? ' --- |' : ''}`);
  for (const [name, seconds] of Object.entries({ ...cold, ...warm })) {
    const compared = name.startsWith('smol') || name.endsWith('in process');
    const ratio = peer ? ` ${compared ? Number((peer / seconds).toPrecision(2)).toLocaleString('en-US') : ''} |` : '';
    console.log(`| ${name} | ${seconds.toPrecision(3)} |${ratio}`);
  }
}

main();
