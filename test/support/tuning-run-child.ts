/**
 * Runs `measuredTuningPlan` with the fake engine in a process of its own, to be killed: `tuning-run-child.ts RECIPE_FOLDER RUN_FOLDER
 * CACHE`. An evaluation waits once it has begun, so that a kill comes before its end.
 */
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runPlan } from '../../runtime/train/run-plan.ts';
import { fakeEngine } from './fake-engine.ts';
import { measuredTuningPlan } from './tuning-plan.ts';

const [recipeFolder, runFolder, cacheFolder] = process.argv.slice(2) as [string, string, string];
const plan = measuredTuningPlan();
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
    observe(event) {
      if (event.kind === 'step') writeSync(1, `step ${event.metrics.step};\n`);
      if (event.kind !== 'evaluating') return;
      writeSync(1, 'evaluating;\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    },
    interrupted: new AbortController().signal,
  },
  fakeEngine(),
);
console.log(`finished ${report.step}`);
