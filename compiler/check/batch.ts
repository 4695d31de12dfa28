import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/stages.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords } from '../normalize/open-block.ts';
import type { StageReading } from '../normalize/read-pretrain.ts';
import { tokensPerStep } from '../normalize/read-stages.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** A batch in tokens is a whole number of sequences, in every stage. Said once for each pair of batch and sequence. */
export function batchesAreWhole({ pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  const said = new Set<string>();
  for (const stage of pretrains.flatMap(({ stages }) => stages)) {
    const { batch, sequence } = stage;
    if (!batch || !sequence || batch.value.unit !== 'tokens') continue;
    const key = `${batch.value.amount} ${sequence.value}`;
    if (batch.value.amount % sequence.value === 0 || said.has(key)) continue;
    said.add(key);
    const below = Math.floor(batch.value.amount / sequence.value) * sequence.value;
    const near = [below, below + sequence.value].filter((value) => value > 0);
    const data = {
      where: blockWords(stage.block),
      batch: count(batch.value.amount),
      sequence: count(sequence.value),
      near: near.map((value) => `${value} tokens`),
    };
    const related = [{ span: sequence.span, label: 'the sequence' }];
    collector.add(diagnose(rows.batchNotWhole, batch.span, data, { related }));
  }
}

/** A note where a step becomes larger or smaller from one stage to the next: at one learning rate that matters. */
export function stepsKeepTheirSize({ pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { stages } of pretrains) checkSizes(stages, collector);
}

function checkSizes(stages: readonly StageReading[], collector: DiagnosticCollector): void {
  let previous: StageReading | null = null;
  for (const stage of stages) {
    const now = tokensPerStep(stage);
    const before = previous && tokensPerStep(previous);
    if (previous && before !== null && now !== null && before !== now) {
      const data = {
        stage: stage.name,
        tokens: count(now),
        earlier: previous.name,
        earlierTokens: count(before),
      };
      const related = [{ span: previous.nameSpan, label: `${data.earlierTokens} tokens a step` }];
      collector.add(diagnose(rows.tokensPerStepChange, stage.nameSpan, data, { related }));
    }
    previous = stage;
  }
}

function count(value: number): string {
  return printCount(new Fraction(value));
}
