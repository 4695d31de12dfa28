import { type Markup, markup } from './markup.ts';

/** A table that scrolls where a page is too narrow for it: a head (`th`) a column after the corner, and the rows (`tr`). */
export function scrollTable(corner: string, heads: readonly Markup[], rows: readonly Markup[]): Markup {
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${corner}</th>${heads}</tr></thead>
<tbody>
${rows}
</tbody></table></div>`;
}
