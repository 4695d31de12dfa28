import type { Project, SourceFile } from 'ts-morph';
import type { Plan } from '../../plan/types.ts';
import { literal } from './literal.ts';

type Morph = typeof import('ts-morph');

/** Parts of the plan that stand as constants of their own, in the order in which a person reads a run, with their types. */
const parts = [
  { name: 'model', type: 'PlanModel', says: 'Shape of the model.' },
  { name: 'datasets', type: 'readonly PlanDataset[]', says: 'Where the tokens come from, and how often each is read.' },
  {
    name: 'phases',
    type: 'readonly PlanPhase[]',
    says: 'What is trained, step by step: stages as written, segments as run.',
  },
  { name: 'evaluations', type: 'readonly PlanEvaluation[]', says: 'What is measured where.' },
  { name: 'ablations', type: 'readonly PlanAblation[]', says: 'Short runs that differ in their data.' },
] as const;

/**
 * The text of the module. Where each value of the plan came from in the recipe (`provenance`) is left to plan.json: it is no
 * part of what is computed.
 */
export function typescriptModule(
  { IndentationText, Project, VariableDeclarationKind }: Morph,
  plan: Plan,
  folder: string,
) {
  const project: Project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  const file = project.createSourceFile('module.ts');
  const written = parts.filter(
    ({ name }) => !Array.isArray(plan[name]) || (plan[name] as readonly unknown[]).length > 0,
  );
  file.addStatements([heading(plan), importStatement(written)]);
  addMain(file, folder);
  for (const { name, type, says } of written) {
    file.addStatements(`\n/** ${says} */\nconst ${name} = ${literal(plan[name])} as const satisfies ${type};`);
  }
  file.addVariableStatement({
    declarationKind: VariableDeclarationKind.Const,
    isExported: true,
    docs: [`The plan ${plan.hash.slice(0, 8)}: all that a run needs to know.`],
    declarations: [
      {
        name: 'plan',
        initializer: planLiteral(
          plan,
          written.map(({ name }) => name),
        ),
      },
    ],
  });
  file.addStatements('\nif (isMainModule(import.meta.url)) await main();');
  return `${file.getFullText().trim()}\n`;
}

function heading({ recipe, hash, profile, settings }: Plan): string {
  const how = [
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...settings.map((setting) => setting.replace(/[^\x20-\x7e]/g, '?')),
  ];
  return [
    `// ${recipe}${how.length > 0 ? ` (${how.join(', ')})` : ''}, compiled by smol: plan ${hash}.`,
    '// Run it with Node.js 22.18 or later (`node FILE`), or with `npx tsx FILE`; or import `plan` and `main`.',
  ].join('\n');
}

function importStatement(written: readonly { readonly type: string }[]): string {
  const types = written.map(({ type }) => type.replace(/^readonly |\[\]$/g, ''));
  const names = [
    'isMainModule',
    ...['Plan', ...types, 'RunEvent', 'RunReport', 'RunSettings'].toSorted().map((name) => `type ${name}`),
    'run',
  ];
  return `import {\n${names.map((name) => `  ${name},\n`).join('')}} from 'smol';`;
}

function addMain(file: SourceFile, folder: string): void {
  file.addFunction({
    name: 'main',
    isExported: true,
    isAsync: true,
    docs: [
      'Trains the plan as `smol run` does. `settings` chooses the run folder, the engine, the last step, who observes.',
    ],
    parameters: [{ name: 'settings', type: 'RunSettings', initializer: '{ observe: printStep }' }],
    returnType: 'Promise<RunReport>',
    statements: [
      '// Local paths of the plan are relative to the folder of its recipe.',
      `return run(plan, { folder: new URL(${literal(folder)}, import.meta.url), ...settings });`,
    ],
  });
  file.addFunction({
    name: 'printStep',
    docs: ['A line for each step.'],
    parameters: [{ name: 'event', type: 'RunEvent' }],
    returnType: 'void',
    statements: [
      "if (event.kind !== 'step') return;",
      'const { step, stage, loss, learning_rate } = event.metrics;',
      "console.log('step', step, 'stage', stage, 'loss', loss.toFixed(4), 'learning rate', learning_rate);",
    ],
  });
}

/** The plan as an object whose larger parts are the constants above. */
function planLiteral(plan: Plan, constants: readonly string[]): string {
  const rows = Object.entries({ ...plan, provenance: {} }).map(([key, value]) =>
    constants.includes(key) ? `  ${key},` : `  ${key}: ${literal(value, 2)},`,
  );
  return `{\n${rows.join('\n')}\n} as const satisfies Plan`;
}
