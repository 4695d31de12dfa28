import type { Plan, PlanDataset } from '../plan/types.ts';
import { epochBar } from './block-chart.ts';
import { formatCount, formatEpochs, formatTokens } from './format-number.ts';
import { shortened, tableLines } from './text-table.ts';

/** Columns of the longest bar. */
const barWidth = 12;

export const datasetHead = ['dataset', 'size', 'planned', 'epochs', 'against the limit'] as const;

/** Every dataset with its size, what is read of it, and its epochs against their limit. */
export function datasetLines(plan: Plan): readonly string[] {
  const rows = plan.datasets.map((dataset) => [`  ${shortened(dataset.name, 20)}`, ...datasetCells(dataset)]);
  return tableLines(
    [['Datasets', 'size', 'planned', 'epochs', ''], ...rows],
    ['left', 'right', 'right', 'right', 'left'],
  );
}

/** Size, planned tokens, epochs, and these as a bar. */
export function datasetCells(dataset: PlanDataset): readonly string[] {
  return [
    sizeText(dataset),
    dataset.planned_tokens === 0 ? '–' : formatTokens(dataset.planned_tokens),
    epochsText(dataset),
    barText(dataset),
  ];
}

function sizeText({ size_tokens, size_rows }: PlanDataset): string {
  if (size_tokens !== null) return formatTokens(size_tokens);
  return size_rows === null ? 'unknown' : `${formatCount(size_rows)} rows`;
}

/** Rows for post-training are not counted in tokens, and so have no epochs here. */
function epochsText({ epochs, format, planned_tokens }: PlanDataset): string {
  if (epochs !== null) return formatEpochs(Number(epochs));
  return format.kind !== 'text' && planned_tokens === 0 ? '–' : 'unknown';
}

function barText({ epochs, epoch_limit, epoch_limit_at_tokens, ...end }: PlanDataset): string {
  if (epochs === null) return '';
  const bar = epochBar(Number(epochs), epoch_limit, barWidth);
  if (end.exhausted_at_tokens !== undefined) {
    const then = end.on_exhaustion === 'stop' ? 'stops the phase at' : 'out at';
    return `${bar} ${then} ${formatTokens(end.exhausted_at_tokens)}`;
  }
  const over = Number(epochs) > epoch_limit && epoch_limit_at_tokens !== null;
  return over ? `${bar} over ${epoch_limit} from ${formatTokens(epoch_limit_at_tokens)}` : bar;
}
