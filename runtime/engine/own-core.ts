import Module, { createRequire } from 'node:module';

/**
 * Loads packages that were installed elsewhere with the tfjs-core which the models import: for the time of `load`, each of
 * `names`, resolved by `require`, means that one copy.
 */
export function withOwnCore<T>(require: NodeJS.Require, names: readonly string[], load: () => T): T {
  const core: unknown = createRequire(import.meta.url)('@tensorflow/tfjs-core');
  const files = names.map((name) => require.resolve(name));
  const before = files.map((file) => require.cache[file]);
  for (const file of files) require.cache[file] = standIn(file, core);
  try {
    return load();
  } finally {
    files.forEach((file, index) => {
      const module = before[index];
      if (module) require.cache[file] = module;
      else delete require.cache[file];
    });
  }
}

function standIn(file: string, exports: unknown): NodeJS.Module {
  const module = new Module(file);
  module.exports = exports;
  module.loaded = true;
  return module;
}
