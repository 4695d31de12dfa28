/** A turn of a conversation, as the row has it: its role, and whatever else a template may write (`content`, `tool_calls`, …). */
export interface ChatMessage {
  readonly role: string;
  readonly [member: string]: unknown;
}

export interface Conversation {
  readonly messages: readonly ChatMessage[];
  /** Descriptions of the tools that the assistant may call; null where the row has none. */
  readonly tools: readonly unknown[] | null;
}
