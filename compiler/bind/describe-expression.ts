import type { Expression } from '../../grammar/index.ts';

/** What an expression is, in words for a message: "the text `\"web\"`", "a list". */
export function describeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'string':
      return `the text \`${JSON.stringify(shortened(expression.value))}\``;
    case 'text':
      return 'a raw text';
    case 'boolean':
      return `\`${expression.value}\``;
    case 'list':
      return 'a list';
    case 'reference':
      return `\`${expression.path.map((name) => name.text).join('.')}\``;
    case 'call':
      return `the call \`${expression.name.text}(…)\``;
    case 'quantity':
      return `the number \`${[expression.number.text, expression.unit?.text].filter(Boolean).join(' ')}\``;
    case 'percent':
      return `\`${expression.number.text}%\``;
    case 'parenthesized':
      return describeExpression(expression.inner);
    case 'binary':
      return 'a calculation';
  }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
