/** The likeliest language of a text in two letters (ISO 639-1); an empty text where none can be told. */
export type DetectLanguage = (text: string) => Promise<string>;

/** Part of the identity of what is chosen by language: another version may tell another one. */
export const languageDetector = 'eld 2.1.0 small';

type Eld = typeof import('eld/small')['eld'];

let loading: Promise<Eld> | null = null;

/** Loaded with the first text (n-gram frequencies of 60 languages, about half a second). */
export const detectLanguage: DetectLanguage = async (text) => {
  loading ??= import('eld/small').then(({ eld }) => eld);
  return (await loading).detect(text).language;
};
