import { expect, test } from 'vitest';
import { boundedTemplate } from '../../../runtime/chat/bounded-template.ts';
import { createChatRenderer } from '../../../runtime/chat/render-chat.ts';
import { DataError } from '../../../runtime/data/data-error.ts';

test.each([
  ['{% for i in range(1000000000) %}x{% endfor %}', 'a range of 10,000'],
  ['{% for i in range(0, 1, 0.000000001) %}x{% endfor %}', 'a range of 10,000'],
  ['{% for i in range(9000) %}{% for j in range(9000) %}xy{% endfor %}{% endfor %}', '1,000,000 steps'],
  [
    '{% macro f() %}{% for i in range(9000) %}{{ f2() }}{% endfor %}{% endmacro %}{% macro f2() %}{% for i in range(9000) %}x{% endfor %}{% endmacro %}{{ f() }}',
    '1,000,000 steps',
  ],
  [
    "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}",
    'characters',
  ],
  ['{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}', '1,000,000 steps'],
  ["{{ 'a\\nb' | indent(100000000) }}", 'characters'],
])('%s is refused', { timeout: 10 * 60_000 }, (template, why) => {
  // Steps and characters end it, however slow the machine is.
  const render = boundedTemplate(template, 10 * 60_000);
  expect(() => render({})).toThrow(
    `it takes more than ${why}`.replace('than characters', 'than 16,777,216 characters'),
  );
});

test('time ends what steps do not count', () => {
  const template =
    '{% set n = namespace(s=[1]) %}{% for i in range(15) %}{% set n.s = [n.s, n.s] %}{% endfor %}{% for i in range(9000) %}{% if n.s == n.s %}{% endif %}{% endfor %}';
  expect(() => boundedTemplate(template, 1)({})).toThrow('it takes more than 0.001 seconds');
});

test('a macro that calls itself for ever ends too', () => {
  expect(() => boundedTemplate('{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}')({})).toThrow();
});

test('a renderer names the error, and goes on after it', () => {
  const template =
    '{% if messages | length > 1 %}{% for i in range(1000000000) %}{% endfor %}{% endif %}{{ messages[0].content }}';
  const render = createChatRenderer({ template, bosToken: '', eosToken: '' });
  const conversation = {
    messages: [
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
    ],
    tools: null,
  };
  expect(() => render(conversation, 2, false)).toThrow(DataError);
  expect(render(conversation, 1, false)).toBe('one');
});

test('the functions of chat templates are there', () => {
  const render = boundedTemplate(
    "{{ range(3) | join(',') }} {{ range(4, 0, -2) | join(',') }} {{ True }} {{ none is none }}",
  );
  expect(render({})).toBe('0,1,2 4,2 true true');
  expect(() => boundedTemplate("{{ raise_exception('no') }}")({})).toThrow('no');
});

test('the day is told in a conversation, and not in training', () => {
  const conversation = { messages: [{ role: 'user', content: 'Hi' }], tools: null };
  const formatOf = (template: string) => ({ template, bosToken: '', eosToken: '' });
  const asks = formatOf("{{ strftime_now('%Y') if strftime_now is defined else '26 Jul 2024' }}");
  const writes = formatOf("{{ messages[0].content }} {{ strftime_now('%Y') }}");
  const year = String(new Date().getFullYear());
  expect(createChatRenderer(asks)(conversation, 1, false)).toBe(year);
  expect(createChatRenderer(writes)(conversation, 1, false)).toBe(`Hi ${year}`);
  expect(createChatRenderer(asks, 'training')(conversation, 1, false)).toBe('26 Jul 2024');
  expect(() => createChatRenderer(writes, 'training')(conversation, 1, false)).toThrow(
    'the chat template writes the day (`strftime_now`): equal rows would give other tokens tomorrow',
  );
  // A fault of its own is said as it is.
  const other = formatOf("{{ raise_exception('no such role') }} {{ strftime_now('%Y') }}");
  expect(() => createChatRenderer(other, 'training')(conversation, 1, false)).toThrow('no such role');
});

test('a conversation of a thousand long messages is written', () => {
  const messages = Array.from({ length: 1000 }, () => ({ role: 'user', content: 'x'.repeat(10_000) }));
  const template =
    '{% for m in messages %}<{{ m.role }}>{% if m.content is string %}{{ m.content }}{% endif %}\n{% endfor %}';
  expect(boundedTemplate(template)({ messages }).length).toBe(1000 * 10_006);
});
