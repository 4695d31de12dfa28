export * from './diagnostics/index.ts';
export type { CompilerHost } from './host.ts';
export {
  createSourceText,
  editorPlaceAt,
  lineAt,
  lineStart,
  lineText,
  type Place,
  type PlaceRange,
  placeAt,
  placeRangeOf,
  type SourceText,
} from './source.ts';
