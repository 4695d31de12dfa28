import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileHost } from '../../cli/file-host.ts';
import { takeRoot } from '../../cli/root-option.ts';
import { compileRecipe, printPlan } from '../../compiler/index.ts';
import { setFolderBounds } from '../../runtime/data/sources/folder-bounds.ts';
import { localFiles } from '../../runtime/data/sources/local-files.ts';

let folder: string;
let recipes: string;

const recipe = (source: string, use = '') => `recipe a
language = 1
tokenizer = local("tokenizer.json")
${use}
dataset data { source = local("${source}"), size = 1M tokens }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }
pretrain { tokens = 1M, sequence = 128, batch = 1024 tokens, schedule = constant(peak = 1e-3), 100% data }
`;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'smol-root-')));
  recipes = join(folder, 'project', 'recipes');
  mkdirSync(recipes, { recursive: true });
  mkdirSync(join(folder, 'project', 'data'));
  writeFileSync(join(folder, 'project', 'data', 'web.jsonl'), '{"text":"a"}\n');
  writeFileSync(join(folder, 'secret.jsonl'), '{"text":"b"}\n');
  writeFileSync(join(folder, 'project', 'shared.smol'), 'recipe shared\nlet tail = 200k tokens\n');
});
afterEach(() => setFolderBounds(recipes, null));

function codesOf(text: string, root?: string) {
  writeFileSync(join(recipes, 'a.smol'), text);
  const { plan, diagnostics } = compileRecipe('a.smol', createFileHost({ cwd: recipes, root }), {});
  return { plan, codes: diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code) };
}

describe('`--root`', () => {
  it('is taken from before and after the command', () => {
    expect(takeRoot(['--root', 'project', 'check', 'a.smol'], folder)).toEqual({
      words: ['check', 'a.smol'],
      root: join(folder, 'project'),
    });
    expect(takeRoot(['check', '--root=project', 'a.smol'], folder).words).toEqual(['check', 'a.smol']);
    expect(takeRoot(['check', 'a.smol'], folder)).toEqual({ words: ['check', 'a.smol'] });
    expect(() => takeRoot(['check', '--root', 'nowhere'], folder)).toThrow('there is no such folder');
    expect(() => takeRoot(['check', '--root', 'secret.jsonl'], folder)).toThrow('it is a file, not a folder');
    expect(() => takeRoot(['check', '--root', 'secret.jsonl/x'], folder)).toThrow('there is no such folder');
    expect(() => takeRoot(['check', '--root'], folder)).toThrow('names no folder');
  });

  it('lets paths of data climb, and the plan holds them as they are written', () => {
    const text = recipe('../data/*.jsonl');
    expect(codesOf(text).codes).toEqual(['SM6005']);
    const { plan, codes } = codesOf(text, join(folder, 'project'));
    expect(codes).toEqual([]);
    expect(plan!.datasets[0]!.source).toEqual({ kind: 'local', paths: ['../data/*.jsonl'] });
    expect(printPlan(plan!)).not.toContain(folder);
  });

  it('never lets a path be absolute', () => {
    for (const root of [undefined, folder, '/']) {
      expect(codesOf(recipe(`${folder}/secret.jsonl`), root).codes).toEqual(['SM6005']);
      expect(codesOf(recipe('~/secret.jsonl'), root).codes).toEqual(['SM6005']);
    }
  });

  it('lets `use` climb and follow links up to the folder, and no further', () => {
    const up = recipe('web.jsonl', 'use { tail } from "../shared.smol"');
    expect(codesOf(up).codes).toEqual(['SM1061']);
    expect(codesOf(up, join(folder, 'project')).codes).toEqual([]);
    expect(codesOf(up, recipes).codes).toEqual(['SM1061']);
    symlinkSync(join(folder, 'project', 'shared.smol'), join(recipes, 'link.smol'));
    const link = recipe('web.jsonl', 'use { tail } from "link.smol"');
    expect(codesOf(link).codes).toEqual(['SM1061']);
    expect(codesOf(link, join(folder, 'project')).codes).toEqual([]);
  });

  it('one file has one path, whichever way leads to it', () => {
    writeFileSync(
      join(folder, 'project', 'shared.smol'),
      'recipe shared\nuse { x } from "recipes/../recipes/b.smol"\nlet tail = 200k tokens\n',
    );
    writeFileSync(join(recipes, 'b.smol'), 'recipe b\nuse { tail } from "../shared.smol"\nlet x = 1k tokens\n');
    expect(codesOf(recipe('web.jsonl', 'use { tail } from "../shared.smol"'), folder).codes).toEqual(['SM1062']);
  });

  it('holds when data is read: `..`, globs and links', () => {
    symlinkSync(join(folder, 'secret.jsonl'), join(folder, 'project', 'data', 'out.jsonl'));
    const read = (path: string) => localFiles([path], recipes, 'dataset `data`').map(({ name }) => name);
    expect(() => read('../data/web.jsonl')).toThrow("leaves the recipe's folder");
    setFolderBounds(recipes, join(folder, 'project'));
    expect(read('../data/web.jsonl')).toEqual(['../data/web.jsonl']);
    expect(read('../data/w*.jsonl')).toEqual(['../data/web.jsonl']);
    expect(() => read('../data/out.jsonl')).toThrow('`../data/out.jsonl` leaves the folder of `--root`');
    expect(() => read('../../secret.jsonl')).toThrow('leaves the folder of `--root`');
    expect(() => read(join(folder, 'secret.jsonl'))).toThrow('is absolute');
    setFolderBounds(recipes, folder);
    expect(read('../data/*.jsonl')).toEqual(['../data/out.jsonl', '../data/web.jsonl']);
  });
});
