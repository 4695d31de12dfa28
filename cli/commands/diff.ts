import { Option } from 'commander';
import { diffPlans, type PlanDiff, printDiff, renderDiffMarkdown, renderDiffText } from '../../compiler/diff/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { loadSide, type PlanSide, type SideOptions, sideKind } from '../plan-side.ts';
import { settingOption } from '../setting-option.ts';

const formats = ['text', 'markdown', 'json'] as const;

/** `smol diff OLD NEW`: what changes from one recipe to another, and what that means for a run. */
export const define: DefineCommand = (command) => {
  command
    .argument('<old>', 'a recipe, `REV:path` of git, a plan.json, or the folder of a run')
    .argument('[new]', 'the same; without it, `--since` says what to compare with')
    .option('--since <rev>', 'compare the one recipe with what it was in this revision of git')
    .option('--profile <name>', 'apply a profile of the recipes')
    .addOption(settingOption('override an attribute of the recipes'))
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('text'))
    .option('--exit-code', 'end with 5 when the meaning changed');
  return async (context, words, options) => {
    const [oldWord, newWord] = sidesOf(words, options.since as string | undefined);
    const settings = options.set as readonly string[];
    const sides = await loadSides(context, oldWord, newWord, {
      profile: options.profile as string | undefined,
      settings,
    });
    if (sides === null) return ExitCode.inputWrong;
    const diff = diffPlans(sides.old.plan, sides.new.plan, { step: sides.old.step });
    context.out(print(diff, options.format as (typeof formats)[number], context.outTerminal));
    return options.exitCode === true && diff.meaning_changed ? ExitCode.meaningChanged : ExitCode.success;
  };
};

/** Throws a usage error unless there are two sides, by two words or by one and a revision. */
function sidesOf([first, second]: readonly string[], since: string | undefined): readonly [string, string] {
  if (since === undefined && second !== undefined) return [first!, second];
  if (since !== undefined && second === undefined) return [`${since}:${first!}`, first!];
  const message = since === undefined ? 'there is nothing to compare with' : '`--since` goes with one recipe';
  throw new CommandError(message, {
    help: 'give OLD and NEW, or one recipe and `--since REV`',
    exitCode: ExitCode.usage,
  });
}

/**
 * Both plans. A recipe beside a run or a plan is compiled as that was, unless the command line says otherwise: the profile
 * is no edit.
 */
async function loadSides(
  context: CommandContext,
  oldWord: string,
  newWord: string,
  asked: SideOptions,
): Promise<{ readonly old: PlanSide; readonly new: PlanSide } | null> {
  const kinds = { old: sideKind(context.cwd, oldWord), new: sideKind(context.cwd, newWord) };
  if (kinds.old === 'recipe' && kinds.new !== 'recipe') {
    const next = await loadSide(context, newWord, kinds.new, asked);
    const old = next && (await loadSide(context, oldWord, kinds.old, asIn(context, oldWord, next, asked)));
    return old && next && { old, new: next };
  }
  const old = await loadSide(context, oldWord, kinds.old, asked);
  if (old === null) return null;
  const options = kinds.old === 'recipe' ? asked : asIn(context, newWord, old, asked);
  const next = await loadSide(context, newWord, kinds.new, options);
  return next && { old, new: next };
}

function asIn(context: CommandContext, word: string, { plan }: PlanSide, asked: SideOptions): SideOptions {
  const isAsked = asked.profile !== undefined || asked.settings.length > 0;
  const { profile, settings } = plan;
  if (isAsked || !word.endsWith('.smol') || (profile === null && settings.length === 0)) return asked;
  const how = [...(profile === null ? [] : [`--profile ${profile}`]), ...settings.map((each) => `--set ${each}`)];
  context.err(`note: \`${word}\` is compiled with \`${how.join(' ')}\`, as the other side was\n`);
  return { profile: profile ?? undefined, settings };
}

function print(
  diff: PlanDiff,
  format: (typeof formats)[number],
  terminal: { readonly columns: number; readonly color: boolean },
): string {
  if (format === 'json') return printDiff(diff);
  return format === 'markdown' ? renderDiffMarkdown(diff) : renderDiffText(diff, terminal);
}
