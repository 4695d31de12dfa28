/** A fake run in its own process, to be killed: `fake-run-child.ts FOLDER [STEP PAUSE_MS]` announces each step and each write. */
import process from 'node:process';
import { fakeRun } from './fake-run.ts';

const folder = process.argv[2]!;
console.log('started');
const result = await fakeRun(folder, {
  observe: (event) => event.kind === 'step' && console.log(`step ${event.metrics.step}`),
});
console.log(`finished ${result.stateHash}`);
