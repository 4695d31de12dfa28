import * as rows from '../diagnostics/catalogue/model.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords } from '../normalize/open-block.ts';
import type { StageReading } from '../normalize/read-pretrain.ts';
import type { RecipeReading } from './index.ts';

/** No stage's sequence is longer than the model's context. Said once for each place that gives a sequence. */
export function sequencesFitContext({ model, pretrains, tuning }: RecipeReading, collector: DiagnosticCollector): void {
  const context = model?.context;
  if (!context) return;
  const places = [
    ...pretrains.map(({ block, shape }) => ({ where: blockWords(block), sequence: shape.sequence })),
    ...[...pretrains.flatMap(({ stages }) => stages), ...tuning].map((stage) => ({
      where: blockWords(stage.block),
      sequence: stage.sequence,
    })),
  ];
  const said = new Set<object>();
  for (const { where, sequence } of places) {
    if (!sequence || sequence.value <= context.value || said.has(sequence.span)) continue;
    said.add(sequence.span);
    const data = { where, sequence: sequence.value, context: context.value };
    const related = [{ span: context.span, label: '`context`' }];
    collector.add(diagnose(rows.sequenceBeyondContext, sequence.span, data, { related }));
  }
}

/** A stage that extends the sequence raises the rotary base, and no stage lowers it. */
export function ropeFollowsSequence({ pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { stages } of pretrains) checkRope(stages, collector);
}

function checkRope(stages: readonly StageReading[], collector: DiagnosticCollector): void {
  let longest = stages[0]?.sequence?.value ?? null;
  for (const [index, stage] of stages.entries()) {
    const earlier = stages[index - 1];
    const sequence = stage.sequence?.value ?? null;
    const theta = stage.ropeTheta;
    if (earlier?.ropeTheta && theta && theta.value < earlier.ropeTheta.value) {
      const data = { stage: stage.name, from: earlier.ropeTheta.value, to: theta.value, earlier: earlier.name };
      collector.add(diagnose(rows.thetaLowered, theta.span, data));
    }
    const isExtension = sequence !== null && longest !== null && sequence > longest;
    const isKept = earlier?.ropeTheta && theta?.value === earlier.ropeTheta.value;
    if (isExtension && isKept && !isShort(sequence, theta!.value)) {
      const data = { stage: stage.name, from: longest!, to: sequence, theta: theta.value };
      collector.add(diagnose(rows.extensionWithoutRope, stage.sequence!.span, data));
    }
    if (sequence !== null) longest = Math.max(longest ?? 0, sequence);
  }
}

/** A base of 10,000 serves 4,096 positions (Llama 2); up to there an extension asks for no other. */
function isShort(sequence: number, theta: number): boolean {
  return sequence <= 4096 && theta >= 10_000;
}
