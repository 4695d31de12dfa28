import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import type { RecipeReading } from './index.ts';

/** What `smol run` reads. */
const readable = ['txt', 'jsonl', 'parquet'];

/** The files of datasets are of a kind that is read, as far as their endings tell; a glob may leave that open. */
export function datasetFilesAreRead({ datasets }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { name, source } of datasets) {
    if (source.value.kind !== 'local') continue;
    for (const path of source.value.paths) {
      const ending = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase();
      if (ending === undefined || readable.includes(ending)) continue;
      const span = writtenSpan(source.origin);
      if (span !== null) collector.add(diagnose(rows.unreadFiles, span, { dataset: name, path, ending }));
    }
  }
}
