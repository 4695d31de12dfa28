import { type InstructionChecker, InstructionFault } from './instruction.ts';
import { countOf, sentencesOf, wordsOf } from './text-parts.ts';

const paragraphMark = /\s?\*\*\*\s?/;

/** Of the parts between marks; the first and the last may be empty, others not. null where one is. */
function partsBetween(text: string, mark: RegExp): readonly string[] | null {
  const parts = text.split(mark).map((part) => part.trim());
  const inner = parts.slice(1, -1);
  if (inner.includes('')) return null;
  return parts.filter((part) => part !== '');
}

function isJson(text: string): boolean {
  const bare = text
    .trim()
    .replace(/^```(?:json)?/i, '')
    .replace(/```$/, '')
    .trim();
  try {
    JSON.parse(bare);
    return true;
  } catch {
    return false;
  }
}

function countHighlights(text: string): number {
  const single = text.match(/\*[^\n*]+\*/g) ?? [];
  return single.filter((each) => each.replaceAll('*', '').trim() !== '').length;
}

function endsWithPhrase(answer: string, phrase: string): boolean {
  const tidy = (text: string) => text.trim().replace(/^"|"$/g, '').toLowerCase();
  return tidy(answer).endsWith(tidy(phrase));
}

function nthParagraphStarts(answer: string, nth: number, count: number, word: string): boolean {
  const paragraphs = answer.split('\n\n').filter((part) => part.trim() !== '');
  const [first] = wordsOf(paragraphs[nth - 1] ?? '');
  return paragraphs.length === count && first?.toLowerCase() === word.toLowerCase();
}

function letterCount(answer: string, letter: string): number {
  if ([...letter].length !== 1) throw new InstructionFault('`letter` is not one character');
  const wanted = letter.toLowerCase();
  return [...answer.toLowerCase()].filter((each) => each === wanted).length;
}

const constrained = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'];

/** Checkers by the ids of IFEval (Zhou et al. 2023, arXiv:2311.07911). Instructions that ask for a language are not among them. */
export const instructionCheckers: Readonly<Record<string, InstructionChecker>> = {
  'keywords:existence': (answer, given) => given.texts('keywords').every((word) => countOf(word, answer) > 0),
  'keywords:forbidden_words': (answer, given) =>
    given.texts('forbidden_words').every((word) => countOf(word, answer) === 0),
  'keywords:frequency': (answer, given) =>
    given.compares(countOf(given.text('keyword'), answer), 'relation', 'frequency'),
  'keywords:letter_frequency': (answer, given) =>
    given.compares(letterCount(answer, given.text('letter')), 'let_relation', 'let_frequency'),
  'length_constraints:number_words': (answer, given) => given.compares(wordsOf(answer).length, 'relation', 'num_words'),
  'length_constraints:number_sentences': (answer, given) =>
    given.compares(sentencesOf(answer).length, 'relation', 'num_sentences'),
  'length_constraints:number_paragraphs': (answer, given) =>
    partsBetween(answer, paragraphMark)?.length === given.number('num_paragraphs'),
  'length_constraints:nth_paragraph_first_word': (answer, given) =>
    nthParagraphStarts(answer, given.number('nth_paragraph'), given.number('num_paragraphs'), given.text('first_word')),
  'detectable_content:number_placeholders': (answer, given) =>
    (answer.match(/\[[^\]\n]*\]/g)?.length ?? 0) >= given.number('num_placeholders'),
  'detectable_content:postscript': (answer, given) =>
    answer.toLowerCase().includes(given.text('postscript_marker').toLowerCase()),
  'detectable_format:number_bullet_lists': (answer, given) =>
    (answer.match(/^\s*(?:\*(?!\*)|-)\s*\S/gm)?.length ?? 0) === given.number('num_bullets'),
  'detectable_format:constrained_response': (answer) => constrained.some((each) => answer.includes(each)),
  'detectable_format:number_highlighted_sections': (answer, given) =>
    countHighlights(answer) >= given.number('num_highlights'),
  'detectable_format:multiple_sections': (answer, given) =>
    (answer.match(new RegExp(`^\\s*${escaped(given.text('section_spliter'))}\\s?\\d+`, 'gm'))?.length ?? 0) >=
    given.number('num_sections'),
  'detectable_format:json_format': (answer) => isJson(answer),
  'detectable_format:title': (answer) => /<<[^\n<>]*[^\s<>][^\n<>]*>>/.test(answer),
  'combination:two_responses': (answer) => {
    const parts = partsBetween(answer, /\*{6}/);
    return parts !== null && parts.length === 2 && parts[0] !== parts[1];
  },
  'combination:repeat_prompt': (answer, given) =>
    answer.trim().toLowerCase().startsWith(given.text('prompt_to_repeat').trim().toLowerCase()),
  'startend:end_checker': (answer, given) => endsWithPhrase(answer, given.text('end_phrase')),
  'startend:quotation': (answer) => /^"[\s\S]*"$/.test(answer.trim()) && answer.trim().length > 1,
  'change_case:capital_word_frequency': (answer, given) =>
    given.compares(
      wordsOf(answer).filter((word) => /\p{Lu}/u.test(word) && word === word.toUpperCase()).length,
      'capital_relation',
      'capital_frequency',
    ),
  'change_case:english_capital': (answer) => /\p{L}/u.test(answer) && answer === answer.toUpperCase(),
  'change_case:english_lowercase': (answer) => /\p{L}/u.test(answer) && answer === answer.toLowerCase(),
  'punctuation:no_comma': (answer) => !answer.includes(','),
};

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
