import { describe, expect, it } from 'vitest';
import type { Plan, PlanPhase } from '../../../compiler/plan/index.ts';
import { leftOut, requireReached, requireRunnable } from '../../../runtime/train/require-runnable.ts';
import { handPlan } from '../../support/training-fakes.ts';

/** A plan of the given phases, all made from the hand-made one; its datasets are read nowhere. */
function planOf(...changes: readonly Partial<PlanPhase>[]): Plan {
  const plan = handPlan();
  return { ...plan, datasets: [], phases: changes.map((each) => ({ ...plan.phases[0]!, ...each })) };
}

const tuning = {
  data: [],
  sequence: 8,
  batch_sequences: 1,
  chat: { kind: 'chatml', system: null },
  too_long: 'drop',
  max_untrained: '0.01',
  reference: null,
  loss_on: 'assistant',
  packing: false,
  attention: 'full',
  beta: null,
  max_prompt: null,
  loss: null,
  length_normalised: null,
} as const;

describe('what can be planned but not run is refused by name', () => {
  it.each<readonly [string, readonly Partial<PlanPhase>[]]>([
    ['phase `pretrain` starts from nanotron("a")', [{ from: { kind: 'nanotron', path: 'a' } }]],
  ])('%s', (message, phases) => {
    expect(() => requireRunnable(planOf(...phases), '.')).toThrow(message);
  });

  it('tasks of evaluations', () => {
    const task = { kind: 'cloze', task: 'hellaswag', name: 'hs', shots: 0, formulation: null } as const;
    const point = { at: 'pretrain.end', phase: 'pretrain', step: 60, tokens: null };
    const evaluation = { name: 'base', points: [point], tasks: [task], expectations: [] };
    const plan = { ...planOf({}), evaluations: [evaluation] };
    // Data on the hub is not there yet: the run fetches it.
    expect(() => requireRunnable(plan, '.')).not.toThrow();
    const other = { ...plan, evaluations: [{ ...evaluation, tasks: [{ ...task, task: 'none.json' }] }] };
    expect(() => requireRunnable(other, '.')).toThrow('there is no file `none.json`');
  });

  it('and what can be run is not', () => {
    const on_spike = { kind: 'rewind', to: 'last_checkpoint', skip_steps: 5, over: 6, window_steps: 100 } as const;
    const second = { name: 'more', from: { kind: 'phase', phase: 'pretrain', step: null } } as const;
    const phases = requireRunnable(planOf({ on_spike }, second), '.');
    expect(phases.map(({ phase, before, end }) => [phase.name, before, end])).toEqual([
      ['pretrain', 0, 60],
      ['more', 60, 120],
    ]);
  });
});

describe('a run up to a phase that is asked for by name', () => {
  const talk = { kind: 'sft', name: 'talk', tuning } as const;
  const evaluation = { name: 'base', points: [], tasks: [], expectations: [] };

  it('runs what comes before the rest, and says what it leaves out', () => {
    const plan = { ...planOf({}, talk), evaluations: [evaluation] };
    expect(requireRunnable(plan, '.', 'pretrain').map(({ phase }) => phase.name)).toEqual(['pretrain']);
    expect(leftOut(plan, 'pretrain')).toBe('`--phase pretrain` leaves out phase `talk`, evaluation `base`');
    expect(leftOut(planOf({}), 'pretrain')).toBeNull();
  });

  it('knows its name, and that the run has come to it', () => {
    const plan = planOf({}, { name: 'more' });
    expect(() => requireRunnable(plan, '.', 'nothing')).toThrow('`--phase nothing` is no phase of the recipe');
    const phases = requireRunnable(plan, '.', 'more');
    expect(() => requireReached(phases, 'more', 59)).toThrow(
      'phase `more` begins after step 60 of the run, which has done 59',
    );
    expect(() => requireReached(phases, 'more', 60)).not.toThrow();
    expect(() => requireReached(phases, null, 0)).not.toThrow();
  });
});
