import * as rows from '../diagnostics/catalogue/model.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { RecipeReading } from './index.ts';

/** Each head has a whole, even number of channels. */
export function headsFitHidden({ model }: RecipeReading, collector: DiagnosticCollector): void {
  if (!model?.hidden || !model.heads) return;
  const hidden = model.hidden.value;
  const heads = model.heads.value;
  const related = [{ span: model.hidden.span, label: '`hidden`' }];
  const size = hidden / heads;
  if (!Number.isInteger(size)) {
    collector.add(diagnose(rows.headsDivideHidden, model.heads.span, { hidden, heads }, { related }));
  } else if (size % 2 !== 0) {
    collector.add(diagnose(rows.oddHeadSize, model.heads.span, { hidden, heads, size }, { related }));
  }
}

/** Each key and value head serves the same number of query heads. */
export function kvHeadsFitHeads({ model }: RecipeReading, collector: DiagnosticCollector): void {
  if (!model?.heads || !model.kv_heads) return;
  const heads = model.heads.value;
  const kvHeads = model.kv_heads.value;
  if (heads % kvHeads === 0) return;
  const related = [{ span: model.heads.span, label: '`heads`' }];
  collector.add(diagnose(rows.kvHeadsDivideHeads, model.kv_heads.span, { heads, kvHeads }, { related }));
}

/** Every token of a local tokenizer has a row in the embedding. */
export function vocabularyFitsTokenizer(
  { model, localTokenizer }: RecipeReading,
  collector: DiagnosticCollector,
): void {
  const tokenizer = model?.vocab ? localTokenizer() : null;
  if (!model?.vocab || tokenizer === null || tokenizer.size <= model.vocab.value) return;
  const { span, value: vocab } = model.vocab;
  const text = String(tokenizer.size);
  const fix = { title: `write \`${text}\``, safe: false, edits: [{ span, text }] };
  collector.add(
    diagnose(rows.vocabularyTooSmall, span, { vocab, tokenizer: tokenizer.path, size: tokenizer.size }, { fix }),
  );
}
