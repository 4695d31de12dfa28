import { vocabulary } from '../../grammar/index.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { isWritten, type Reading, readAttribute } from './read-value.ts';
import { defaultOrigin } from './resolve-model.ts';
import type { ResolvedCluster } from './types.ts';

const rows = vocabulary.clusterAttributes;

/** A cluster's attributes; those that are wrong or missing are null (diagnostics say why). */
export function readCluster(block: OpenBlock, context: ReadContext) {
  const number = (row: vocabulary.AttributeRow<vocabulary.QuantityType>) => asNumber(readRequired(block, row, context));
  const sizes = {
    nodes: number(rows.nodes),
    gpusPerNode: number(rows.gpusPerNode),
    tp: number(rows.tp),
    pp: number(rows.pp),
  };
  return {
    ...sizes,
    block,
    gpu: readRequired(block, rows.gpu, context),
    dp: isWritten(block, rows.dp) ? number(rows.dp) : remainingReplicas(sizes),
    microBatch: number(rows.microBatch),
    mfu: number(rows.mfu),
    price: asNumber(readAttribute(block, rows.price, context.values)),
  };
}

export type ClusterReading = ReturnType<typeof readCluster>;

/** As many replicas as the GPUs hold; where they leave a rest, the rule on the product of all three says so. */
function remainingReplicas(
  sizes: Readonly<Record<'nodes' | 'gpusPerNode' | 'tp' | 'pp', Reading<number> | null>>,
): Reading<number> | null {
  const { nodes, gpusPerNode, tp, pp } = sizes;
  if (!nodes || !gpusPerNode || !tp || !pp) return null;
  const value = Math.max(1, Math.floor((nodes.value * gpusPerNode.value) / (tp.value * pp.value)));
  return { value, origin: defaultOrigin(rows.dp), span: nodes.span };
}

/** A cluster without holes; null when something is wrong or missing. */
export function resolveCluster(reading: ClusterReading): ResolvedCluster | null {
  const { block, price, ...values } = reading;
  const parts = complete(values);
  return parts && block.name && { name: block.name.text, span: block.head, ...parts, price };
}
