import type { PlanSchedule } from '../../plan/types.ts';
import { float, type YamlValue } from '../config-yaml.ts';

type Keys = { readonly [key: string]: YamlValue };

const decayTypes: Readonly<Record<PlanSchedule['shape'], string>> = {
  linear: 'linear',
  cosine: 'cosine',
  one_minus_sqrt: '1-sqrt',
};

/**
 * A schedule in the words of transformers' Trainer, whose function of the step, lambda(s), is then the plan's; null where it
 * has none. (The Trainer does update s, counted from 1, with lambda(s - 1).)
 */
export function learningRateConfig(schedule: PlanSchedule, steps: number): Keys | null {
  const chosen = schedulerOf(schedule, steps);
  if (chosen === null) return null;
  const { type, options } = chosen;
  return {
    learning_rate: float(schedule.peak),
    lr_scheduler_type: type,
    ...(options === null ? {} : { lr_scheduler_kwargs: options }),
    warmup_steps: schedule.warmup_steps,
  };
}

function schedulerOf(schedule: PlanSchedule, steps: number): { type: string; options: Keys | null } | null {
  const { kind, peak, end, warmup_steps: warmup, decay_start_step: start, decay_steps: decay } = schedule;
  if (kind === 'inverse_sqrt') {
    return end === 0 ? { type: 'inverse_sqrt', options: { timescale: Math.max(1, warmup) } } : null;
  }
  if (decay === 0) return { type: 'constant_with_warmup', options: null };
  if (start + decay !== steps) return null;
  if (kind === 'cosine') {
    return end === 0
      ? { type: 'cosine', options: null }
      : { type: 'cosine_with_min_lr', options: { min_lr: float(end) } };
  }
  if (kind === 'linear') {
    if (end === 0) return { type: 'linear', options: null };
    return end < peak ? { type: 'polynomial', options: { lr_end: float(end), power: float(1) } } : null;
  }
  // Its warm-up would start from the minimum, too.
  if (end !== 0 && warmup > 0) return null;
  const options = { num_decay_steps: decay, decay_type: decayTypes[schedule.shape], min_lr_ratio: float(end / peak) };
  return { type: 'warmup_stable_decay', options };
}
