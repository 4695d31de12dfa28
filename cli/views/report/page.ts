import { type Markup, markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** A whole page that needs nothing from elsewhere: no network, no other file. */
export function page(title: string, body: readonly Markup[]): string {
  const head = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
${body}
<script>${{ html: pageScript }}</script>
</body>
</html>
`;
  return head.html;
}
