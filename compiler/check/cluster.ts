import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/cluster.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords } from '../normalize/open-block.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** The replicas and the GPUs that share a model are all GPUs, in every cluster. */
export function clustersAreFull({ clusters }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { block, nodes, gpusPerNode, dp, tp, pp } of clusters) {
    if (!nodes || !gpusPerNode || !dp || !tp || !pp) continue;
    const gpus = nodes.value * gpusPerNode.value;
    if (dp.value * tp.value * pp.value === gpus) continue;
    const data = { cluster: blockWords(block), gpus, nodes: nodes.value, perNode: gpusPerNode.value };
    const parallel = { dp: dp.value, tp: tp.value, pp: pp.value };
    const related = [{ span: nodes.span, label: `${gpus} GPUs` }];
    collector.add(diagnose(rows.clusterNotFull, block.head, { ...data, ...parallel }, { related }));
  }
}

/** Every stage's batch is a whole number of passes on every replica, or one smaller pass. Said once for each size of batch. */
export function batchesFillReplicas({ clusters, pretrains }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { block, dp, microBatch } of clusters) {
    const said = new Set<number>();
    for (const { batch, sequence, block: stage } of pretrains.flatMap(({ stages }) => stages)) {
      if (!dp || !microBatch || !batch || !sequence) continue;
      const { unit, amount } = batch.value;
      const sequences = unit === 'sequences' ? amount : amount / sequence.value;
      const step = dp.value * microBatch.value;
      if (!Number.isInteger(sequences) || fills(sequences, dp.value, microBatch.value) || said.has(sequences)) continue;
      said.add(sequences);
      const data = {
        where: blockWords(stage),
        sequences: count(sequences),
        cluster: blockWords(block),
        dp: count(dp.value),
        microBatch: count(microBatch.value),
        near: nearest(sequences, step).map((value) => `${value} sequences`),
      };
      const related = [{ span: block.head, label: `${data.dp} x ${data.microBatch} sequences a pass` }];
      collector.add(diagnose(rows.batchNotParallel, batch.span, data, { related }));
    }
  }
}

/** The same of post-training, whose smaller batches are most often run on a part of the machines: a note. */
export function tuningBatchesFillReplicas({ clusters, tuning }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { block: cluster, dp } of clusters.slice(0, 1)) {
    const said = new Set<number>();
    for (const { batch, block } of tuning) {
      if (!dp || !batch || batch.value % dp.value === 0 || said.has(batch.value)) continue;
      said.add(batch.value);
      const data = { where: blockWords(block), sequences: count(batch.value), cluster: blockWords(cluster) };
      const related = [{ span: cluster.head, label: `${count(dp.value)} replicas` }];
      collector.add(diagnose(rows.tuningBatchNotParallel, batch.span, { ...data, dp: count(dp.value) }, { related }));
    }
  }
}

/** A batch too small for full passes makes one smaller pass: longer sequences leave fewer of them to a replica. */
function fills(sequences: number, dp: number, microBatch: number): boolean {
  const step = dp * microBatch;
  return sequences % step === 0 || (sequences < step && sequences % dp === 0);
}

function nearest(value: number, step: number): readonly number[] {
  const below = Math.floor(value / step) * step;
  return [below, below + step].filter((each) => each > 0);
}

/** Heads and layers can be split over the GPUs that share a model. */
export function modelsFitClusters({ clusters, model }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { block, tp, pp } of clusters) {
    for (const [name, heads] of [['heads', model?.heads] as const, ['kv_heads', model?.kv_heads] as const]) {
      if (!tp || !heads || heads.value % tp.value === 0) continue;
      const data = { cluster: blockWords(block), tp: tp.value, name, heads: heads.value };
      collector.add(diagnose(rows.headsNotParallel, tp.span, data, { related: [{ span: heads.span, label: name }] }));
      break;
    }
    if (pp && model?.layers && pp.value > model.layers.value) {
      const data = { cluster: blockWords(block), pp: pp.value, layers: model.layers.value };
      const related = [{ span: model.layers.span, label: '`layers`' }];
      collector.add(diagnose(rows.layersNotParallel, pp.span, data, { related }));
    }
  }
}

function count(value: number): string {
  return printCount(new Fraction(value));
}
