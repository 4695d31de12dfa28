import type { PlanDataset } from '../../compiler/plan/index.ts';
import type { DataScope } from './data-scope.ts';
import { datasetRows } from './dataset-rows.ts';
import { contentText } from './rows/content-text.ts';
import { datasetContents } from './rows/dataset-contents.ts';
import { openTextSource } from './text-source.ts';

/** The texts of all rows that a dataset yields, whatever its format, held-out ones among them. Throws DataError. */
export async function datasetTexts(dataset: PlanDataset, scope: DataScope): Promise<readonly string[]> {
  if (dataset.format.kind !== 'text') {
    const { training, heldOut } = await datasetContents(dataset, scope);
    return [...training, ...heldOut.flatMap(({ rows }) => rows)].map(({ content }) => contentText(content));
  }
  const source = await openTextSource(dataset, scope);
  const selection = await source.select();
  const texts: string[] = [];
  for await (const { row, isSelected } of datasetRows({ ...source, ...(selection && { selection }) }, scope.signal)) {
    if (row.text !== null && isSelected) texts.push(row.text);
  }
  return texts;
}
