import type { Plan } from '../../compiler/plan/index.ts';
import type { FetchTaskData } from '../evaluate/task/fetch-task-data.ts';
import type { HubFiles } from './sources/hub-files.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';

/** What the rows of a plan's datasets are read with. */
export interface DataScope {
  readonly plan: Pick<Plan, 'datasets' | 'seed'>;
  readonly baseDirectory: string;
  /** Of datasets on the hub. */
  readonly hubFiles?: HubFiles | undefined;
  /** Counts tokens where steps of derived datasets ask for them. */
  readonly tokenizer?: Pick<TextTokenizer, 'encodeBatch'> | undefined;
  /** Gives the rows of evaluation tasks on the hub that datasets are decontaminated against. */
  readonly taskData?: FetchTaskData | undefined;
  readonly signal?: AbortSignal | undefined;
}
