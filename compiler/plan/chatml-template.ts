/**
 * ChatML as a Jinja template, as a tokenizer would bring it along: each turn between `<|im_start|>ROLE` and `<|im_end|>`.
 * `system` is the system turn of conversations that have none; null for none. A tool's calls and the tools themselves are
 * written as JSON in tags, so that nothing of a row is left out. `marksAnswers` puts what an assistant wrote, with the mark that
 * ends it, between transformers' `{% generation %}` tags, by which others find what to train on.
 */
export function chatmlTemplate(system: string | null, { marksAnswers = false } = {}): string {
  const first =
    system === null
      ? "{% if tools and loop.first and message['role'] != 'system' %}<|im_start|>system\n@TOOLS@<|im_end|>\n{% endif %}"
      : `{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n{{ ${stringLiteral(system)} }}{% if tools %}\n\n@TOOLS@{% endif %}<|im_end|>\n{% endif %}`;
  const toolsOfSystem = "{% if tools and loop.first and message['role'] == 'system' %}\n\n@TOOLS@{% endif %}";
  const calls =
    "{% if message['tool_calls'] %}{% for call in message['tool_calls'] %}<tool_call>{{ call | tojson }}</tool_call>{% endfor %}{% endif %}";
  const content = "{% if message['content'] is string %}{{ message['content'] }}{% endif %}";
  const words = `${content}${calls}${toolsOfSystem}<|im_end|>`;
  const marked = marksAnswers
    ? `{% if message['role'] == 'assistant' %}{% generation %}${words}{% endgeneration %}{% else %}${words}{% endif %}`
    : words;
  const turn = `<|im_start|>{{ message['role'] }}\n${marked}\n`;
  const ask = '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
  const text = `{% for message in messages %}${first}${turn}{% endfor %}${ask}`;
  const tools = '<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools>';
  // A line break after a tag would be taken as the template's layout: as an expression it stays.
  return text.replaceAll('@TOOLS@', tools).replaceAll('\n', "{{ '\\n' }}");
}

/** A string as Jinja reads it back. */
function stringLiteral(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
