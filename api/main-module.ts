import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True for the module that Node.js was started with; `url` is the module's `import.meta.url`. */
export function isMainModule(url: string): boolean {
  const [, started] = process.argv;
  if (started === undefined) return false;
  try {
    return realpathSync(fileURLToPath(url)) === realpathSync(started);
  } catch {
    return false;
  }
}
