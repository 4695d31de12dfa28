/** A chat template, and the special tokens that it may write. */
export interface ChatFormat {
  /** Jinja text, as in `chat_template.jinja`. */
  readonly template: string;
  /** '' where the tokenizer names none. */
  readonly bosToken: string;
  readonly eosToken: string;
}
