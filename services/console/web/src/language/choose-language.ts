import { LANGUAGES, type Language } from './messages.ts';

/**
 * The language to begin with: the one remembered, else the first of the browser's that the console speaks, else English.
 * `wanted` are BCP 47 tags such as `es-MX`, the dearest first.
 */
export function chooseLanguage(remembered: string | null, wanted: readonly string[]): Language {
  const candidates = [remembered ?? '', ...wanted.map((tag) => tag.split('-')[0]?.toLowerCase())];
  return candidates.map(languageOf).find((language) => language !== undefined) ?? 'en';
}

function languageOf(text: string | undefined): Language | undefined {
  return LANGUAGES.find((language) => language === text);
}
