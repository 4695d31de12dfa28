import { EmitError } from '../emit-error.ts';

type Morph = typeof import('ts-morph');

/** Throws `EmitError` unless the module is without a type error beside the package's public types. */
export function requireTypes(
  { Project, ModuleKind, ModuleResolutionKind, ScriptTarget }: Morph,
  path: string,
  text: string,
  publicTypes: string,
): void {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
      skipLibCheck: true,
      paths: { smol: [publicTypes] },
    },
  });
  if (!project.getFileSystem().fileExistsSync(publicTypes)) {
    throw new EmitError(`the package's types are not built (${publicTypes})`, 'run `npm run build` in the checkout');
  }
  // Beside nothing: a name that no folder has, so that no file of the person is taken for another.
  const file = project.createSourceFile(`/smol-emitted/${path}`, text);
  const [problem] = project.getPreEmitDiagnostics();
  if (problem === undefined) return;
  const line = problem.getLineNumber();
  const said = problem.getMessageText();
  const message = typeof said === 'string' ? said : said.getMessageText();
  throw new EmitError(
    `the module does not type-check${problem.getSourceFile() === file && line ? ` (line ${line})` : ''}: ${message}`,
    'this is a fault of smol: please report the recipe; `--target plan` has the same content',
  );
}
