import { printPlan } from '../plan/print-plan.ts';
import type { Plan } from '../plan/types.ts';
import { documentYaml } from './document-yaml.ts';
import type { EmittedFile } from './emitted-file.ts';

/** The plan document as YAML that YAML 1.1 and 1.2 read alike. */
export async function printPlanYaml(plan: Plan): Promise<string> {
  return documentYaml(JSON.parse(printPlan(plan)));
}

/** Target `yaml`: the plan as `plan.yaml`. */
export async function emitPlanYaml(plan: Plan): Promise<readonly EmittedFile[]> {
  return [{ path: 'plan.yaml', text: await printPlanYaml(plan) }];
}
