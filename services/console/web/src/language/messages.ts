/** Languages that the console speaks. */
export const LANGUAGES = ['en', 'es'] as const;

/** A language of the console, as in BCP 47. */
export type Language = (typeof LANGUAGES)[number];

/** How each language writes numbers and times. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', es: 'es-ES' };

/**
 * The language to begin with: the remembered one, else the first of the browser's that the console speaks, else
 * English. `wanted` are BCP 47 tags such as `es-MX`, preferred first.
 */
export function chooseLanguage(remembered: string | null, wanted: readonly string[]): Language {
  const candidates = [remembered ?? '', ...wanted.map((tag) => tag.split('-')[0]?.toLowerCase())];
  return candidates.map(languageOf).find((language) => language !== undefined) ?? 'en';
}

function languageOf(text: string | undefined): Language | undefined {
  return LANGUAGES.find((language) => language === text);
}

/** A text, or one made from values; values arrive formatted unless their type says otherwise. */
type Text = (...values: never[]) => string;

/**
 * A text of a count, in the forms that the language's grammar has (`Intl.PluralRules`). `#` stands for the count; where values
 * are put in besides, each form is a function that takes the written count first.
 */
interface CountForms<Form> {
  readonly one: Form;
  /** Of millions in Spanish (`un millón de miembros`); absent: as `other`. */
  readonly many?: Form;
  readonly other: Form;
}

type Message = string | Text | CountForms<string> | CountForms<Text>;

/** What another language has to say: of a text a text, of a count its own forms, each with the same values. */
type Translation<M> = {
  readonly [K in keyof M]: M[K] extends string
    ? string
    : M[K] extends CountForms<infer Form>
      ? CountForms<Form extends (...values: infer V) => string ? (...values: V) => string : string>
      : M[K] extends (...values: infer V) => string
        ? (...values: V) => string
        : never;
};

/** What a page says: a text, a text made from values, or a text of a count. */
type Wording<M> = {
  readonly [K in keyof M]: M[K] extends string
    ? string
    : M[K] extends CountForms<infer Form>
      ? [Form] extends [(count: string, ...values: infer V) => string]
        ? (count: number, ...values: V) => string
        : (count: number) => string
      : M[K] extends (...values: infer V) => string
        ? (...values: V) => string
        : never;
};

/** The texts of one place of the console in every language. */
export interface Messages<M> {
  readonly en: Wording<M>;
  readonly es: Wording<M>;
}

/**
 * Declares the texts of a place. Each page has a `messages.ts` of its own, so that its texts load with it; a key that one
 * language lacks does not compile, and neither does a count without its forms.
 */
export function messages<M extends Readonly<Record<string, Message>>>(en: M, es: NoInfer<Translation<M>>): Messages<M> {
  return { en: wordingOf<M>(en, 'en'), es: wordingOf<M>(es, 'es') };
}

function wordingOf<M>(texts: Readonly<Record<string, Message>>, language: Language): Wording<M> {
  const said = Object.entries(texts).map(([key, text]) => [
    key,
    typeof text === 'object' ? counted(text, language) : text,
  ]);
  return Object.fromEntries(said) as Wording<M>;
}

function counted(forms: CountForms<string | Text>, language: Language): (count: number, ...values: never[]) => string {
  const rules = new Intl.PluralRules(LOCALES[language]);
  const digits = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 0, useGrouping: 'always' });
  const say = (count: number, ...values: never[]): string => {
    const number = rules.select(count);
    const form = (number === 'one' || number === 'many' ? forms[number] : undefined) ?? forms.other;
    const written = digits.format(count);
    if (typeof form === 'string') return form.replace('#', written);
    return (form as (count: string, ...values: never[]) => string)(written, ...values);
  };
  return Object.assign(say, { forms });
}
