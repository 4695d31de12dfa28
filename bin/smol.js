#!/usr/bin/env node
// The installed program: the bundle that `npm run build` makes. Kept as a file of its own, so that a checkout without a
// build says what to do instead of failing to resolve a module.
import { existsSync } from 'node:fs';
import module from 'node:module';

// Node.js 22.1 and later keep the compiled code between runs, which takes a third off a short command. Where the cache
// cannot be written they go on without.
module.enableCompileCache?.();

const bundle = new URL('../dist/main.js', import.meta.url);
if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  console.error('error: smol is not built yet\n  = help: run `npm run setup` in the checkout');
  process.exitCode = 3;
}
