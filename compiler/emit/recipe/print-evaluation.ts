import type { ResolvedEvaluation, ResolvedExpectation, ResolvedPoint, ResolvedTask } from '../../normalize/types.ts';
import { block } from './block.ts';
import { countText, lengthText, realText } from './literals.ts';

/** An evaluation's block. */
export function printEvaluation({ name, at, tasks, expectations }: ResolvedEvaluation): string {
  return block(name === 'evaluate' ? 'evaluate' : `evaluate ${name}`, [
    `at = [${at.map(pointText).join(', ')}]`,
    `tasks = [${tasks.map(taskText).join(', ')}]`,
    ...expectations.map(expectText),
  ]);
}

function pointText({ phase, at }: ResolvedPoint): string {
  if (at.kind === 'position') return lengthText(at.position);
  return `${at.kind === 'stage' ? at.stage : phase}.${at.edge}`;
}

function taskText({ kind, task, name, shots, formulation }: ResolvedTask): string {
  const asksQuestions = kind !== 'perplexity' && kind !== 'needle';
  const asked = asksQuestions ? [`shots = ${countText(shots)}`] : [];
  const parts = [JSON.stringify(task), `name = ${JSON.stringify(name)}`, ...asked];
  return `${kind}(${[...parts, ...(formulation === null ? [] : [`formulation = ${formulation}`])].join(', ')})`;
}

function expectText({ metric, comparison, value, at, otherwise }: ResolvedExpectation): string {
  const point = at === null ? '' : ` at ${pointText(at)}`;
  const sign = value.s < 0n ? '-' : '';
  return `expect ${metric} ${comparison} ${sign}${realText(value.abs())}${point} else ${otherwise}`;
}
