import { join } from 'node:path';

/** File of the package's public types, as `npm run build` makes it. The bundle stands one folder below the package, as this file. */
export function publicTypes(): string {
  return join(import.meta.dirname, '..', 'dist', 'types', 'api', 'index.d.ts');
}
