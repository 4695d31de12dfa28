import type { PlanSchedule } from '../../plan/types.ts';
import { float, type YamlValue } from '../config-yaml.ts';

const styles: Readonly<Record<PlanSchedule['shape'], string>> = {
  linear: 'linear',
  cosine: 'cosine',
  one_minus_sqrt: '1-sqrt',
};

/**
 * A schedule in nanotron's words, whose function of the step is then the plan's at every step. Each key is written, since the
 * defaults are traps (helpers.py, lr_scheduler_builder): without `min_decay_lr` the rate never decays, without
 * `lr_decay_steps` the warm-up is taken off the decay, a linear warm-up of 0 steps has rate 0 at step 0, and with neither
 * warm-up nor decay the rate is squared; so a schedule without decay has one of a step, from the peak to the peak.
 */
export function learningRateConfig(schedule: PlanSchedule, steps: number): { readonly [key: string]: YamlValue } {
  const decays = schedule.decay_steps > 0;
  return {
    learning_rate: float(schedule.peak),
    lr_decay_starting_step: decays ? schedule.decay_start_step : steps,
    lr_decay_steps: decays ? schedule.decay_steps : 1,
    lr_decay_style: styles[schedule.shape],
    lr_warmup_steps: schedule.warmup_steps,
    lr_warmup_style: schedule.warmup_steps > 0 ? 'linear' : 'constant',
    min_decay_lr: float(decays ? schedule.end : schedule.peak),
  };
}
