/** The door to differences of plans, apart from the compiler's own: most commands need none of it. */

export { renderDiffMarkdown } from './diff-markdown.ts';
export { type DiffOptions, diffPlans } from './diff-plans.ts';
export { type DiffTextOptions, renderDiffText } from './diff-text.ts';
export { printDiff } from './print-diff.ts';
export { type ResumeAnswer, resumeAnswer } from './resume-answer.ts';
export type * from './types.ts';
