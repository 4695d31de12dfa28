/** Runs `tuningPlan` with the fake engine in a process of its own, to be killed: `tuning-run-child.ts RECIPE_FOLDER RUN_FOLDER CACHE`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runPlan } from '../../runtime/train/run-plan.ts';
import { fakeEngine } from './fake-engine.ts';
import { tuningPlan } from './tuning-plan.ts';

const [recipeFolder, runFolder, cacheFolder] = process.argv.slice(2) as [string, string, string];
const plan = tuningPlan();
const report = await runPlan(
  {
    plan,
    planText: JSON.stringify(plan),
    recipeFolder,
    runFolder,
    runsFolder: runFolder,
    resume: existsSync(join(runFolder, 'plan.json')),
    steps: null,
    cacheFolder,
    version: '0.0.0',
    observe: (event) => event.kind === 'step' && console.log(`step ${event.metrics.step};`),
    interrupted: new AbortController().signal,
  },
  fakeEngine(),
);
console.log(`finished ${report.step}`);
