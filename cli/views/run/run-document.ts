import type { Plan } from '../../../compiler/index.ts';
import type { RunReport } from '../../../runtime/index.ts';

/** The result of `smol run --format json`: one document, without a time, so that equal runs print equal ones. */
export function runDocument(plan: Plan, report: RunReport, folder: string): string {
  const document = {
    recipe: plan.recipe,
    profile: plan.profile,
    plan: plan.hash,
    run: folder,
    engine: report.engine,
    compiled: report.compiled,
    ended: report.ended,
    step: report.step,
    steps: report.steps,
    tokens: report.tokens,
    skips: report.skips,
    held_out: report.heldOut.map(({ phase, dataset, before, after, unigramEntropy }) => ({
      phase,
      dataset,
      before,
      after,
      unigram_entropy: unigramEntropy,
    })),
    evaluations: report.evaluations,
    samples: report.samples,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
