import { describe, expect, it } from 'vitest';
import { instructionCheckers } from '../../../runtime/evaluate/instructions/checkers.ts';
import { followInstructions, readInstructions } from '../../../runtime/evaluate/instructions/follow-instructions.ts';
import { givenBy } from '../../../runtime/evaluate/instructions/instruction.ts';

/** Of every checker: arguments, an answer that follows and one that does not. */
const cases: Readonly<Record<string, readonly [object, string, string]>> = {
  'keywords:existence': [{ keywords: ['sea', 'Ship'] }, 'A ship on the sea.', 'A ship on the season.'],
  'keywords:forbidden_words': [{ forbidden_words: ['sea'] }, 'The season began.', 'The Sea.'],
  'keywords:frequency': [{ keyword: 'no', relation: 'at least', frequency: 2 }, 'No, no.', 'No, now.'],
  'keywords:letter_frequency': [{ letter: 'q', let_relation: 'less than', let_frequency: 2 }, 'quick', 'Quite quick'],
  'length_constraints:number_words': [{ relation: 'less than', num_words: 4 }, "don't do it", 'one two three four'],
  'length_constraints:number_sentences': [{ relation: 'at least', num_sentences: 2 }, 'One. Two!', 'Only one'],
  'length_constraints:number_paragraphs': [{ num_paragraphs: 2 }, 'one\n***\ntwo', 'one\n\ntwo'],
  'length_constraints:nth_paragraph_first_word': [
    { num_paragraphs: 2, nth_paragraph: 2, first_word: 'then' },
    'One.\n\n"Then" two.',
    'Then one.\n\nTwo.',
  ],
  'detectable_content:number_placeholders': [{ num_placeholders: 2 }, 'Dear [name] of [place]', 'Dear [name]'],
  'detectable_content:postscript': [{ postscript_marker: 'P.S.' }, 'Bye.\np.s. more', 'Bye.'],
  'detectable_format:number_bullet_lists': [{ num_bullets: 2 }, '* one\n - two', '* one\n**bold**'],
  'detectable_format:constrained_response': [{}, 'My answer is no.', 'No.'],
  'detectable_format:number_highlighted_sections': [{ num_highlights: 2 }, '*a* and *b c*', '*a* and * *'],
  'detectable_format:multiple_sections': [
    { section_spliter: 'Section', num_sections: 2 },
    'Section 1\nx\nSection 2\ny',
    'Section 1 and Section 2',
  ],
  'detectable_format:json_format': [{}, '```json\n{"a": 1}\n```', '{a: 1}'],
  'detectable_format:title': [{}, '<<A title>>\ntext', '<<>> text'],
  'combination:two_responses': [{}, 'one\n******\ntwo', 'one\n******\none'],
  'combination:repeat_prompt': [{ prompt_to_repeat: 'Say it' }, 'say it again', 'again say it'],
  'startend:end_checker': [{ end_phrase: 'That is all.' }, 'So: "that is all."', 'That is all. Bye'],
  'startend:quotation': [{}, ' "quoted" ', '"not" closed'],
  'change_case:capital_word_frequency': [
    { capital_relation: 'at least', capital_frequency: 1 },
    'LOUD word',
    'Loud word',
  ],
  'change_case:english_capital': [{}, 'ALL 1', 'All'],
  'change_case:english_lowercase': [{}, 'all 1', 'All'],
  'punctuation:no_comma': [{}, 'none', 'one, two'],
};

const row = (ids: unknown, kwargs: unknown) => ({
  values: { instruction_id_list: ids, kwargs },
  place: 'instructions.jsonl:3',
});

describe('verifiable instructions', () => {
  it('every checker has a case', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(instructionCheckers).sort());
  });

  it.each(Object.entries(cases))('%s', (id, [given, follows, fails]) => {
    const check = (answer: string) => instructionCheckers[id]!(answer, givenBy(given as Record<string, unknown>));
    expect(check(follows)).toBe(true);
    expect(check(fails)).toBe(false);
  });

  it('counts prompts and instructions, strictly and loosely', () => {
    const wanted = [
      readInstructions(row(['punctuation:no_comma', 'startend:quotation'], [{}, {}]), 'task `t`'),
      readInstructions(row(['change_case:english_lowercase'], [{}]), 'task `t`'),
    ];
    const { metrics, primary } = followInstructions(wanted, ['one two', 'Sure! Here it is:\nlow']);
    expect(primary).toBe('followed');
    expect(metrics['followed/prompts_strict']!.value).toBe(0);
    expect(metrics['followed/instructions_strict']!.value).toBeCloseTo(1 / 3, 12);
    expect(metrics.followed!.value).toBeCloseTo(1 / 6, 12);
    expect(metrics['followed/prompts_loose']!.value).toBe(0.5);
  });

  it('refuses what cannot be checked, with its place', () => {
    const read = (ids: unknown, kwargs: unknown) => () => readInstructions(row(ids, kwargs), 'task `t`');
    expect(read(['language:response_language'], [{ language: 'de' }])).toThrow(
      'task `t`: `instructions.jsonl:3`: the instruction `language:response_language` cannot be checked',
    );
    expect(read(['keywords:existence'], [{}])).toThrow('`keywords` is not a list of texts');
    expect(read(['punctuation:no_comma'], [])).toThrow('are not two lists of one length');
  });
});
