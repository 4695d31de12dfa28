import { describe, expect, it } from 'vitest';
import { applyFixes, type Diagnostic, syntaxDiagnostics } from '../../../compiler/index.ts';
import { parse } from '../../../grammar/index.ts';

const file = 'main.smol';
const header = 'recipe r\nlanguage = 1\n';

function syntaxOf(text: string): readonly Diagnostic[] {
  return syntaxDiagnostics(parse(text, file).problems, text);
}

function repaired(text: string, unsafe: boolean): string {
  const countSyntaxProblems = (fixed: string) => parse(fixed, file).problems.length;
  return applyFixes(file, text, syntaxOf(text), { unsafe, countSyntaxProblems }).text;
}

describe('repairs of syntax', () => {
  it.each([
    ['SM0004', "tokenizer = local('a.json')\n", 'tokenizer = local("a.json")\n'],
    ['SM0005', 'seed = 1  // any\n', 'seed = 1  # any\n'],
    ['SM0006', 'seed = 1;\n', 'seed = 1\n'],
    ['SM0006', 'model { layers = 4; heads = 4 }\n', 'model { layers = 4\nheads = 4 }\n'],
    ['SM0006', 'model {\n  layers = 4; # four\n}\n', 'model {\n  layers = 4 # four\n}\n'],
    ['SM0033', 'seed: 1\n', 'seed = 1\n'],
    ['SM0033', 'seed:1\n', 'seed = 1\n'],
    ['SM0033', 'seed == 1\n', 'seed = 1\n'],
    ['SM0033', 'seed 1\n', 'seed = 1\n'],
    ['SM0031', 'model {\n  layers = 4 heads = 4\n}\n', 'model {\n  layers = 4\n  heads = 4\n}\n'],
    ['SM0014', 'mixture m { 100 % a }\n', 'mixture m { 100% a }\n'],
    ['SM0021', 'mixture m\n{\n  100% a\n}\n', 'mixture m {\n  100% a\n}\n'],
    ['SM0022', 'mixture m { 50% a,, 50% b }\n', 'mixture m { 50% a, 50% b }\n'],
    ['SM0035', 'tokenizer = local("a" "b")\n', 'tokenizer = local("a", "b")\n'],
    ['SM0037', 'mixture m { a 100% }\n', 'mixture m { 100% a }\n'],
  ])('%s keeps the meaning: %s', (code, wrong, right) => {
    expect(syntaxOf(header + wrong).map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(repaired(header + wrong, false)).toBe(header + right);
    expect(syntaxOf(header + right)).toEqual([]);
  });

  it.each([
    ['SM0010', 'seed = 1_\n', 'seed = 1\n'],
    ['SM0011', 'pretrain { tokens = 11t }\n', 'pretrain { tokens = 11T }\n'],
    ['SM0032', 'dataset fine-web { size = 1 rows }\n', 'dataset fine_web { size = 1 rows }\n'],
    ['SM0038', 'pretrain { stage a 0-6T { 100% a } }\n', 'pretrain { stage a 0..6T { 100% a } }\n'],
    ['SM0039', 'datset a { size = 1 rows }\n', 'dataset a { size = 1 rows }\n'],
  ])('%s is a guess, made only with --unsafe: %s', (code, wrong, right) => {
    expect(syntaxOf(header + wrong).map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(repaired(header + wrong, false)).toBe(header + wrong);
    expect(repaired(header + wrong, true)).toBe(header + right);
  });

  it('leaves a brace alone that a comment parts from its line', () => {
    const text = `${header}mixture m  # mine\n{\n  100% a\n}\n`;
    expect(repaired(text, true)).toBe(text);
  });
});

describe('a file too large', () => {
  it.each([
    ['bytes', `# ${'x'.repeat(2 ** 20)}\n`, 'the file has 1,048,601 bytes; a recipe may have 1,048,576'],
    [
      'words',
      'a '.repeat(200_001),
      'the file has more than 200,000 words, numbers and signs, the most that a recipe may have',
    ],
  ])('names the limit that it passes: %s', (_, text, message) => {
    expect(syntaxOf(header + text)).toMatchObject([{ code: 'SM0026', message }]);
  });
});
