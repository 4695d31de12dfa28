import { vocabulary } from '../../grammar/index.ts';
import type { OpenBlock } from './open-block.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { isWritten, type Reading, readAttribute } from './read-value.ts';

const rows = vocabulary.modelAttributes;

/** The model's attributes; those that are wrong or missing are null (diagnostics say why). */
export function readModel(block: OpenBlock, context: ReadContext) {
  const number = (row: vocabulary.AttributeRow<vocabulary.QuantityType>) => asNumber(readRequired(block, row, context));
  const heads = number(rows.heads);
  return {
    family: readAttribute(block, rows.family, context.values),
    layers: number(rows.layers),
    hidden: number(rows.hidden),
    ffn: number(rows.ffn),
    heads,
    kv_heads: isWritten(block, rows.kvHeads) ? number(rows.kvHeads) : defaultKvHeads(heads),
    vocab: number(rows.vocab),
    context: number(rows.context),
    rope_theta: number(rows.ropeTheta),
    norm_eps: number(rows.normEps),
    tie_embeddings: readAttribute(block, rows.tieEmbeddings, context.values),
    init_std: number(rows.initStd),
    span: block.head,
  };
}

export type ModelReading = ReturnType<typeof readModel>;

function defaultKvHeads(heads: Reading<number> | null): Reading<number> | null {
  return heads && { ...heads, origin: defaultOrigin(rows.kvHeads) };
}

/** The origin of a value that is taken from another place by default. */
export function defaultOrigin(row: vocabulary.ValueRow): { readonly from: 'default'; readonly source: string } {
  const fallback = row.default;
  return { from: 'default', source: typeof fallback === 'string' ? fallback : fallback.source };
}
