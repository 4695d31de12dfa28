import { relative, resolve } from 'node:path';
import { Option } from 'commander';
import type { EvaluatedModel, EvaluationDocument, LoadedTask, TaskResult } from '../../runtime/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { readNumber } from '../read-number.ts';
import { comparisonView } from '../views/comparison-view.ts';
import { createProgressLine } from '../views/evaluation-progress.ts';
import { evaluationView } from '../views/evaluation-view.ts';

/** `smol evaluate MODEL --task TASK…` measures a model; `smol evaluate compare A B` compares two measurements. */
export const define: DefineCommand = (command) => {
  command
    .argument(
      '<model>',
      'a run folder, a checkpoint in one, a Hugging Face folder, or a .gguf file; or the word `compare`',
    )
    .argument('[files...]', 'with `compare`: two results that `--format json` wrote, or run folders')
    .option('--task <task...>', 'a task file (.json, .yaml), or the name of a shipped task')
    .option('--shots <n>', 'solved examples before each question (default: what the task says)')
    .option('--chat', "ask by the model's chat template")
    .option('--data <file>', 'take the rows of the task from this file')
    .option('--limit <n>', 'measure the first N items only')
    .option('--seed <n>', 'chooses the examples', '0')
    .option('--step <n>', 'the checkpoint of this step of the run (default: the newest)')
    .addOption(new Option('--engine <engine>', 'what computes').choices(['auto', 'compiled', 'wasm']).default('auto'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, [first, ...rest], options) => {
    if (first === 'compare') return compare(context, rest, options.format === 'json');
    const words = (options.task ?? []) as readonly string[];
    if (rest.length > 0 || words.length === 0) {
      throw new CommandError(rest.length > 0 ? 'one model is evaluated at a time' : 'no task was named', {
        help: 'smol evaluate MODEL --task FILE|NAME, or smol evaluate compare A B',
        exitCode: ExitCode.usage,
      });
    }
    return measure(context, first!, words, readRequest(options));
  };
};

interface EvaluationRequest {
  readonly shots: number | null;
  readonly limit: number | null;
  readonly seed: number;
  readonly step: number | null;
  readonly data: string | null;
  readonly chat: boolean;
  readonly engine: 'auto' | 'compiled' | 'wasm';
  readonly asJson: boolean;
}

function readRequest(options: Readonly<Record<string, unknown>>): EvaluationRequest {
  const whole = (name: string, least: number, most: number) => {
    const value = options[name];
    return value === undefined ? null : readNumber(`--${name}`, String(value), { least, most, whole: true });
  };
  return {
    shots: whole('shots', 0, 1000),
    limit: whole('limit', 1, 2 ** 31),
    seed: whole('seed', 0, 2 ** 53 - 1)!,
    step: whole('step', 1, 2 ** 53 - 1),
    data: (options.data as string | undefined) ?? null,
    chat: options.chat === true,
    engine: options.engine as EvaluationRequest['engine'],
    asJson: options.format === 'json',
  };
}

async function measure(
  context: CommandContext,
  place: string,
  words: readonly string[],
  request: EvaluationRequest,
): Promise<ExitCode> {
  const { chooseEngine, evaluateModel, loadEvaluatedModel, printEvaluation } = await import('../../runtime/index.ts');
  const tasks = await loadTasks(context, words, request);
  const model = await loadEvaluatedModel(resolve(context.cwd, place), request.step);
  for (const { step, reason } of model.skipped) {
    context.err(`note: checkpoint of step ${step} was skipped: ${reason}\n`);
  }
  const { engine, missing } = await chooseEngine(request.engine);
  if (missing) context.err(`note: ${missing.message}; using the slower WebAssembly engine (${missing.help})\n`);
  const line = createProgressLine(context);
  const { interrupted } = context;
  try {
    const results = await evaluateModel(model, tasks, engine, { ...request, interrupted, observe: line.show });
    line.clear();
    const document = documentOf(relative(context.cwd, resolve(context.cwd, place)) || '.', model, results);
    context.out(request.asJson ? printEvaluation(document) : evaluationView(document));
    return ExitCode.success;
  } catch (error) {
    line.clear();
    if (!interrupted.aborted || error !== interrupted.reason) throw error;
    context.err('interrupted: nothing was measured\n');
    return ExitCode.interrupted;
  }
}

async function loadTasks(
  { cwd, env }: CommandContext,
  words: readonly string[],
  { shots, data, chat }: EvaluationRequest,
): Promise<LoadedTask[]> {
  const { hubAccess, loadTask, taskDataFetcher } = await import('../../runtime/index.ts');
  const fetch = taskDataFetcher(hubAccess(env));
  const changes = {
    ...(shots === null ? {} : { shots }),
    ...(data === null ? {} : { data }),
    ...(chat ? { chat } : {}),
  };
  const tasks: LoadedTask[] = [];
  for (const word of words) tasks.push(await loadTask(word, cwd, changes, fetch));
  return tasks;
}

function documentOf(name: string, model: EvaluatedModel, results: readonly TaskResult[]): EvaluationDocument {
  const { trained, tokenizer } = model;
  const { parameters } = model.model;
  const of = { step: trained?.step ?? null, plan: trained?.plan ?? null };
  return { format: 1, model: { name, ...of, parameters, tokenizer: tokenizer.hash }, results };
}

/** Exit 1 when nothing can be compared. */
async function compare(context: CommandContext, files: readonly string[], asJson: boolean): Promise<ExitCode> {
  const [a, b] = files;
  if (files.length !== 2) {
    throw new CommandError('two results are compared', {
      help: 'smol evaluate compare A B: files of `--format json`, or run folders',
      exitCode: ExitCode.usage,
    });
  }
  const { compareResults, readResults } = await import('../../runtime/index.ts');
  const [first, second] = [readResults(resolve(context.cwd, a!), a!), readResults(resolve(context.cwd, b!), b!)];
  const rows = first.flatMap((result) => {
    const other = second.find(({ task }) => task === result.task);
    return other
      ? [{ task: result.task, first: result, second: other, comparison: compareResults(result, other) }]
      : [];
  });
  if (rows.length === 0) {
    throw new CommandError(`\`${a}\` and \`${b}\` have no task in common`, { help: 'measure both by the same tasks' });
  }
  const document = rows.map(({ task, comparison }) => ({ task, ...comparison }));
  context.out(asJson ? `${JSON.stringify(document, null, 2)}\n` : comparisonView(rows, [a!, b!]));
  return rows.some(({ comparison }) => comparison.comparable) ? ExitCode.success : ExitCode.inputWrong;
}
