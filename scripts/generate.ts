/** `npm run generate`: writes every checked-in file that is derived from another. Tests fail while one is stale. */
import { writeFileSync } from 'node:fs';
import { cstTypes } from './generate-cst-types.ts';
import { lookaheadCode, lookaheadPath } from './generate-lookahead.ts';
import { planValidatorCode, planValidatorPath } from './generate-plan-validator.ts';
import { referencePage, referencePath } from './generate-reference.ts';

writeFileSync('grammar/cst.d.ts', cstTypes());
writeFileSync(lookaheadPath, lookaheadCode());
writeFileSync(planValidatorPath, await planValidatorCode());
writeFileSync(referencePath, referencePage());
