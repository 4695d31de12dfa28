import type { PlanPhase } from '../../compiler/plan/index.ts';
import type { UnitOrder } from './unit-order.ts';

/**
 * Where what was counted is not what the plan counted with, in words. The plan's steps stand: its learning rate is made for them.
 */
export function countNotes(
  { name, kind, steps, epochs, rows, tuning }: PlanPhase,
  counts: ReadonlyMap<string, number>,
  { read, beyond }: Pick<UnitOrder, 'read' | 'beyond'>,
): readonly string[] {
  if (epochs === null) return [];
  const counted = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const unit = tuning?.packing === true ? 'packed sequences' : kind === 'dpo' ? 'pairs' : 'rows';
  const planned = rows === null || tuning?.packing === true ? '' : ` where the plan counts ${number(rows)}`;
  const differs = beyond !== 0 || (planned !== '' && rows !== counted);
  if (!differs) return [];
  const times = Number((read / counted).toFixed(2));
  const said = `\`${name}\` has ${number(counted)} ${unit} to train on${planned}`;
  return [
    `${said}: its ${number(steps)} steps read each ${times} ${times === 1 ? 'time' : 'times'} (asked: ${epochs})`,
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
