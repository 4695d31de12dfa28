import { vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/tuning.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords, childrenOf, type OpenBlock } from '../normalize/open-block.ts';
import type { ResolvedChat } from '../normalize/types.ts';
import type { RecipeReading } from './index.ts';

/** The markers that a chat template writes are tokens of a local tokenizer: turns end with one token, not with five. */
export function templatesFitTokenizer(reading: RecipeReading, collector: DiagnosticCollector): void {
  const places = [
    ...reading.tuning.map(({ block, chat }) => ({ block, chat })),
    ...templatesOfDatasets(reading),
  ].filter(({ chat }) => markersOf(chat).length > 0);
  const tokenizer = places.length === 0 ? null : reading.localTokenizer();
  if (tokenizer === null) return;
  for (const { block, chat } of places) {
    const markers = markersOf(chat).filter((marker) => !tokenizer.specialTokens.has(marker));
    if (markers.length === 0) continue;
    const data = { of: blockWords(block), markers, tokenizer: tokenizer.path };
    collector.add(diagnose(rows.markersMissing, spanOf(block), data));
  }
}

function templatesOfDatasets({ datasets, recipe }: RecipeReading) {
  const blocks = new Map(childrenOf(recipe, 'dataset').map((block) => [block.name?.text, block]));
  return datasets.flatMap(({ name, chat }) => {
    const block = chat && blocks.get(name);
    return block ? [{ block, chat: chat.value }] : [];
  });
}

/** `<|im_end|>` and its like; what a tokenizer brings along fits it. */
function markersOf(chat: ResolvedChat | null): readonly string[] {
  if (chat === null || chat.kind === 'from_tokenizer') return [];
  if (chat.kind === 'chatml') return ['<|im_start|>', '<|im_end|>'];
  return [...new Set(chat.template.match(/<\|[^|<>\s]+\|>/g) ?? [])];
}

function spanOf(block: OpenBlock) {
  return block.attributes.get(vocabulary.tuningAttributes.chat.name)?.node.value.span ?? block.head;
}
