import Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as rows from '../diagnostics/catalogue/ablation.ts';
import * as blockRows from '../diagnostics/catalogue/blocks.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import type { FlatShares } from './flatten-shares.ts';
import { blockWords, childrenOf, type OpenBlock, type WrittenAttribute } from './open-block.ts';
import { readEvaluation } from './read-evaluation.ts';
import { type PretrainContext, type PretrainReading, readPretrain } from './read-pretrain.ts';
import { type NamedPhase, readStart } from './read-start.ts';
import { readTuning, type TuningContext, type TuningReading } from './read-tuning.ts';
import { isWritten, type Reading, readAttribute } from './read-value.ts';
import { resolveArmShares, type SharesContext } from './resolve-shares.ts';
import type { ResolvedEvaluation, ResolvedStart } from './types.ts';

const attributes = vocabulary.ablationAttributes;

/** What ablations refer to. */
export interface AblationContext extends Omit<TuningContext, 'kinds'>, SharesContext {
  readonly pretrains: readonly PretrainReading[];
  readonly tuning: readonly TuningReading[];
  readonly stageShares: readonly (readonly FlatShares[])[];
}

/** One arm: its phase as it would stand in a recipe. */
export type ArmReading =
  | {
      readonly kind: 'pretrain';
      readonly block: OpenBlock;
      readonly phase: PretrainReading;
      readonly shares: FlatShares;
      /** Tokens as written, before `scaled_to`. */
      readonly writtenTokens: Fraction | null;
    }
  | { readonly kind: 'tuning'; readonly block: OpenBlock; readonly phase: TuningReading };

export interface AblationReading {
  readonly block: OpenBlock;
  readonly of: string;
  readonly start: Reading<ResolvedStart> | null;
  readonly arms: readonly ArmReading[];
  readonly evaluations: readonly (ResolvedEvaluation | null)[];
}

/** Reads an ablation: each arm is a copy of its phase with its own data, length, schedule and start. */
export function readAblation(block: OpenBlock, context: AblationContext): AblationReading | null {
  const parent = parentOf(block, context);
  const arms = childrenOf(block, 'arm');
  if (arms.length === 0 && !block.incomplete) {
    context.collector.add(diagnose(rows.noArms, block.head, { ablation: blockWords(block) }));
  }
  if (parent === null) return null;
  reportMissing(block, parent, context);
  const start = startOf(block, context);
  const scale = 'scale' in parent ? parent.scale : new Fraction(1);
  const scope = {
    ...context,
    phases: [parent.name],
    stages: new Map<string, string>(),
    positions: { phase: parent.name, scale },
  };
  return {
    block,
    of: parent.name,
    start,
    arms: arms.map((arm, index) => readArm(arm, block, parent, start, isFirstOf(index, context))),
    evaluations: childrenOf(block, 'evaluate').map((each) => readEvaluation(each, scope, context)),
  };
}

/** What the arms have in common is judged in the first of them: it would otherwise be said once for each. */
function isFirstOf(
  index: number,
  context: AblationContext,
): AblationContext & { readonly common: DiagnosticCollector } {
  return { ...context, common: index === 0 ? context.collector : new DiagnosticCollector() };
}

function parentOf(block: OpenBlock, context: AblationContext): PretrainReading | TuningReading | null {
  const { pretrains, tuning, collector } = context;
  const of = readAttribute(block, attributes.of, context.values);
  if (of === null) return isWritten(block, attributes.of) ? null : (pretrains[0] ?? null);
  const name = of.value.path.map((part) => part.text).join('.');
  const phases = [...pretrains, ...tuning];
  const found = phases.find((phase) => phase.name === name);
  if (found || context.incomplete) return found ?? null;
  const near = proposeNames(
    name,
    phases.map((phase) => phase.name),
  );
  const data = { name, wanted: 'a phase', near };
  collector.add(diagnose(names.unknownName, of.span, data, { fix: replaceNameFix(of.span, near) }));
  return null;
}

function reportMissing(block: OpenBlock, parent: PretrainReading | TuningReading, context: AblationContext): void {
  const needed = 'stages' in parent ? [attributes.tokens, attributes.schedule] : [attributes.schedule];
  for (const row of needed) {
    if (isWritten(block, row) || block.incomplete) continue;
    const data = { block: blockWords(block), name: row.name, documentation: row.documentation };
    context.collector.add(diagnose(blockRows.missingAttribute, block.head, data));
  }
}

/** Without `from`, an arm starts with fresh weights. */
function startOf(block: OpenBlock, context: AblationContext): Reading<ResolvedStart> | null {
  const row = vocabulary.tuningAttributes.from;
  const { pretrains, tuning } = context;
  const one = new Fraction(1);
  const phases: NamedPhase[] = [...pretrains, ...tuning.map(({ name }) => ({ name, scale: one }))];
  return readStart(block, row, isWritten(block, row) ? phases : [], context);
}

type ArmContext = AblationContext & { readonly common: DiagnosticCollector };

function readArm(
  arm: OpenBlock,
  ablation: OpenBlock,
  parent: PretrainReading | TuningReading,
  start: Reading<ResolvedStart> | null,
  context: ArmContext,
): ArmReading {
  const quiet = { ...context, collector: context.common };
  if (!('stages' in parent)) {
    const own = arm.attributes.get(attributes.armData.name);
    const block = copied(parent.block, ablation, own ? new Map([[attributes.armData.name, own]]) : new Map());
    reportArmData(arm, own !== undefined, context);
    return { kind: 'tuning', block: arm, phase: { ...readTuning(block, [], quiet), start } };
  }
  const block = { ...copied(parent.block, ablation, new Map()), shares: arm.shares, scaling: arm.scaling };
  const phase = readPretrain(block, parent.stages[0]?.ropeTheta ?? null, scaledTokens(ablation, parent.scale, quiet));
  const written = readAttribute(ablation, attributes.tokens, context.values)?.value.amount ?? null;
  const stages = sharesByStage(context);
  const shares = resolveArmShares(arm, stages, context.mixtures, context);
  return { kind: 'pretrain', block: arm, phase: { ...phase, start }, shares, writtenTokens: written };
}

/** The shares of every stage of the recipe, by the stage's name. */
function sharesByStage({ pretrains, stageShares }: ArmContext): ReadonlyMap<string, FlatShares> {
  const named = pretrains.flatMap(({ stages }, phase) =>
    stages.map(({ name }, index) => [name, stageShares[phase]?.[index] ?? null] as const),
  );
  return new Map(named);
}

/** An arm of post-training says on what; only arms of pretraining have shares. */
function reportArmData(arm: OpenBlock, hasData: boolean, { collector }: ArmContext): void {
  const [share] = arm.shares;
  if (hasData && !share) return;
  if (!arm.incomplete) collector.add(diagnose(rows.armWithoutData, share?.span ?? arm.head, { arm: blockWords(arm) }));
}

/** What an arm does not take from its phase: spike rules, stages, and what the ablation says itself. */
const dropped = ['tokens', 'scaled_to', 'epochs', 'steps', 'schedule', 'from', 'on_spike'];

function copied(phase: OpenBlock, ablation: OpenBlock, own: ReadonlyMap<string, WrittenAttribute>): OpenBlock {
  const taken = new Map([...phase.attributes].filter(([name]) => !dropped.includes(name)));
  const given = [...ablation.attributes].filter(([name]) => name !== 'of' && name !== 'from');
  return {
    ...phase,
    head: ablation.head,
    attributes: new Map([...taken, ...given, ...own]),
    children: [],
    range: null,
    incomplete: true,
  };
}

function scaledTokens(ablation: OpenBlock, scale: Fraction, context: PretrainContext): PretrainContext {
  const node = ablation.attributes.get(attributes.tokens.name)?.node;
  const tokens = node && (context.values.get(node) as Quantity | null);
  if (!node || !tokens || scale.equals(1)) return context;
  const amount = tokens.amount.mul(scale).round();
  return { ...context, values: new Map([...context.values, [node, { ...tokens, amount }]]) };
}
