/** Writes the compiled form of the plan's JSON Schema; a test compares the checked-in file with what this gives. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

/** Where the schema stands and where its compiled form goes, from the repository's root. */
export const planSchemaPath = 'compiler/plan/plan.schema.json';
export const planValidatorPath = 'compiler/plan/plan-validator.generated.js';

/**
 * The plan's JSON Schema as a function of plain JavaScript. Compiling the schema takes ajv over 200 ms, which `smol plan`
 * would pay at every start; the compiled form loads in a few.
 */
export async function planValidatorCode(): Promise<string> {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, code: { source: true, esm: true } });
  const validate = ajv.compile(JSON.parse(readFileSync(planSchemaPath, 'utf8')));
  const bundled = await build({
    stdin: { contents: standaloneCode.default(ajv, validate), resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    charset: 'utf8',
    banner: { js: `// Generated from ${planSchemaPath} by \`npm run generate\`. Do not edit.` },
  });
  return bundled.outputFiles[0]!.text;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(planValidatorPath, await planValidatorCode());
}
