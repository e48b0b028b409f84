/** Languages that the console speaks. */
export const LANGUAGES = ['en', 'es'] as const;

/** A language of the console, as in BCP 47. */
export type Language = (typeof LANGUAGES)[number];

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

/** A text, or one made from values; values arrive formatted unless their type says otherwise. */
type Message = string | ((...values: never[]) => string);

/** What one language says: the same keys as the other, each with the same values to put in. */
type Wording<M> = {
  readonly [K in keyof M]: M[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

/** The texts of one place of the console in every language. */
export interface Messages<M> {
  readonly en: Wording<M>;
  readonly es: Wording<M>;
}

/**
 * Declares the texts of a place. Each page has a `messages.ts` of its own, so that its texts load with it; a key that one
 * language lacks does not compile.
 */
export function messages<M extends Readonly<Record<string, Message>>>(
  en: M & Wording<M>,
  es: NoInfer<Wording<M>>,
): Messages<M> {
  return { en, es };
}
