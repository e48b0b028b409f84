import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, LOCALES, messages } from './messages.ts';

const SOURCES = join(import.meta.dirname, '..');
const files = globSync('**/messages.ts', { cwd: SOURCES }).filter((file) => file !== join('language', 'messages.ts'));

type Catalogue = Readonly<Record<string, unknown>>;
type Text = (...values: readonly (string | number)[]) => string;
type CountText = Text & { readonly forms: Readonly<Record<string, string | Text>> };

/** Catalogues of a file: its exports that have both languages. */
async function cataloguesOf(file: string): Promise<readonly Readonly<Record<Language, Catalogue>>[]> {
  const exported = (await import(join(SOURCES, file))) as Readonly<Record<string, unknown>>;
  return Object.values(exported).flatMap((value) =>
    typeof value === 'object' && value !== null && 'en' in value && 'es' in value
      ? [value as { en: Catalogue; es: Catalogue }]
      : [],
  );
}

const isCount = (message: unknown): message is CountText => typeof message === 'function' && 'forms' in message;

/** How many values a message takes. */
function arityOf(message: unknown): number {
  if (isCount(message)) {
    const { other } = message.forms;
    return typeof other === 'function' ? other.length : 1;
  }
  return typeof message === 'function' ? message.length : 0;
}

/** What a message says with names in place of its values; a count is a number, which tells its forms apart. */
function said(message: unknown, count = 2): string {
  if (typeof message !== 'function') return String(message);
  const names = Array.from({ length: arityOf(message) }, (_, index) => `{${index}}`);
  return (message as Text)(...(isCount(message) ? [count, ...names.slice(1)] : names));
}

describe('the texts of the console', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(files)('have the same keys in both languages, and none is empty: %s', async (file) => {
    const catalogues = await cataloguesOf(file);
    expect(catalogues.length).toBeGreaterThan(0);
    for (const { en, es } of catalogues) {
      expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
      for (const [key, message] of [...Object.entries(en), ...Object.entries(es)])
        for (const count of [1, 2, 1_000_000]) expect(said(message, count).trim(), key).not.toBe('');
    }
  });

  it.each(files)('take the same values in both languages, and use them all: %s', async (file) => {
    for (const { en, es } of await cataloguesOf(file)) {
      for (const [key, message] of Object.entries(en)) {
        const other = es[key];
        expect(typeof other, key).toBe(typeof message);
        expect(isCount(other), key).toBe(isCount(message));
        expect(placesIn(said(other)), key).toEqual(placesIn(said(message)));
      }
    }
  });

  it.each(files)('are translated, but for the words that both languages share: %s', async (file) => {
    for (const { en, es } of await cataloguesOf(file))
      for (const [key, message] of Object.entries(en)) {
        const text = said(message);
        if (said(es[key]) === text) expect(SHARED, `${key} in ${file}`).toContain(text);
      }
  });

  it.each(files)('of a count have the forms of their grammar: %s', async (file) => {
    for (const catalogue of await cataloguesOf(file))
      for (const language of LANGUAGES)
        for (const [key, message] of Object.entries(catalogue[language])) {
          // A value before a noun in the plural: `{0} rows` is wrong for one of them.
          if (!isCount(message)) expect(said(message), `${key} in ${file}`).not.toMatch(COUNTED[language]);
          else expect(Object.keys(message.forms), key).toEqual(expect.arrayContaining(['one', 'other']));
        }
  });

  it.each(files)('quote in Spanish as Spanish does: %s', async (file) => {
    for (const { es } of await cataloguesOf(file))
      for (const [key, message] of Object.entries(es))
        if (key !== 'secretUse') expect(said(message), `${key} in ${file}`).not.toMatch(/["“”]/);
  });
});

/** What both languages say alike: names of the field, codes, and words that are the same by chance. */
const SHARED: readonly string[] = [
  ...['messageId', 'Idempotency-Key', 'Topic', 'Token', 'editor', 'no', 'no (false)'],
  ...['X-Hilo-Signature: t=…,v1=hex(HMAC-SHA256(secret, t + "." + body))'],
  ...['{0} {1}', '{0}: {1}'],
];

const COUNTED: Readonly<Record<Language, RegExp>> = {
  en: /\{\d\} (?!ms\b|is\b|was\b|has\b)[a-z]+s\b/,
  es: /\{\d\} (?!ms\b|es\b|más\b)\p{Ll}+s\b/u,
};

function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();
}

describe('a text of a count', () => {
  const texts = messages(
    {
      plain: 'Members',
      members: { one: '# member', other: '# members' },
      left: {
        one: (n: string, name: string) => `${n} left ${name}`,
        other: (n: string, name: string) => `${n} have left ${name}`,
      },
    },
    {
      plain: 'Miembros',
      members: { one: '# miembro', many: '# de miembros', other: '# miembros' },
      left: { one: (n, name) => `${n} salió de ${name}`, other: (n, name) => `${n} salieron de ${name}` },
    },
  );

  it('follows the rules of its language, and writes the count as the language does', () => {
    expect([0, 1, 2, 1_234].map(texts.en.members)).toEqual(['0 members', '1 member', '2 members', '1,234 members']);
    expect([0, 1, 1_234, 2_000_000].map(texts.es.members)).toEqual([
      '0 miembros',
      '1 miembro',
      '1.234 miembros',
      '2.000.000 de miembros',
    ]);
  });

  it('takes other values besides, which are never taken for the count', () => {
    expect(texts.en.left(1, '#')).toBe('1 left #');
    expect(texts.es.left(3, 'vip')).toBe('3 salieron de vip');
    expect(texts.en.plain).toBe('Members');
  });

  it('has a form for everything that its language tells apart', () => {
    const counts = { en: texts.en.members, es: texts.es.members } as unknown as Readonly<Record<Language, CountText>>;
    for (const language of LANGUAGES) {
      const { pluralCategories } = new Intl.PluralRules(LOCALES[language]).resolvedOptions();
      expect(Object.keys(counts[language].forms).sort()).toEqual([...pluralCategories].sort());
    }
  });
});
