/** A word or phrase that Hilo's texts avoid, with the one to write instead (docs/glossary.md). */
interface Avoided {
  readonly pattern: RegExp;
  readonly write: string;
}

const AVOIDED: readonly Avoided[] = [
  { pattern: /\b(front )?doors?\b/gi, write: 'ingest endpoint' },
  // Letters of the alphabet are left alone.
  {
    pattern:
      /\b(a|the|each|every|its|this|that|another|these|replayed|waiting) letters?\b(?! or (a )?digit| of another script)|(?<!\bdead[- ])\bletters (of|are|that)\b/gi,
    write: 'dead letter',
  },
  // Two things can be told apart, or one from another.
  {
    pattern: /\b(tell|tells|told|telling)\b(?!( [\w,]+){0,9} (apart|from)\b)/gi,
    write: 'reported, said, returned or notified: the exact verb',
  },
  { pattern: /\b(desks?|witness(es)?)\b/gi, write: 'the name in the glossary' },
  { pattern: /\b(is|are|was|were|be|goes|went|stays|while \w+) away\b(?! from)/gi, write: 'unavailable' },
  { pattern: /\baway for now\b/gi, write: 'unavailable' },
  { pattern: /\bas (much|many) \w+( \w+){0,3} as may\b/gi, write: 'the limit that is reached' },
  { pattern: /\bwho(ever)? (has |have )?los(es|t) (it|one|them)\b/gi, write: 'if you lose it' },
  { pattern: /\bwhat is (told|given|copied|brought along|set aside)\b/gi, write: 'the noun' },
  { pattern: /\bbrought along\b/gi, write: 'built-in, or passed' },
  { pattern: /\b(is|are|was|were) no more\b(?! than)/gi, write: 'has ended' },
  { pattern: /\bmay not\b[^.]*\b(no|any) more\b/gi, write: 'can no longer' },
  { pattern: /\bin one breath\b/gi, write: 'together' },
  { pattern: /\bcan not\b/gi, write: 'cannot' },
  { pattern: /\bhand-overs?\b/gi, write: 'handover' },
];

const COMMENT_OR_TEXT =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|--[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** What people read in a file: a page without its code, and of code the comments and texts. */
export function proseOf(path: string, text: string): string {
  if (path.endsWith('.md')) return text.replaceAll(/```[\s\S]*?```|`[^`]*`|\]\([^)]*\)/g, ' ').replaceAll(/\s+/g, ' ');
  const pieces = (text.match(COMMENT_OR_TEXT) ?? []).filter((piece) => /\w\s+\w/.test(piece));
  return pieces.map((piece) => piece.replaceAll(/\n\s*(\*|\/\/|--)?\s*/g, ' ')).join('\n');
}

/** Names to avoid, by the words in them: `StoreAwayError` has Store, Away and Error. */
const AVOIDED_NAMES: readonly Avoided[] = [
  { pattern: /^#?away(?![a-z])|Away(?![a-z])/, write: 'unavailable' },
  { pattern: /^#?doors?(?![a-z])|Doors?(?![a-z])/, write: 'ingest endpoint' },
  { pattern: /^#?(told|tells?|telling)(?![a-z_])|(Told|Tells?|Telling)(?![a-z])/, write: 'report, or the exact verb' },
  { pattern: /^letters?[A-Z]|(?<!dead|Dead)Letters?(?![a-z])/, write: 'dead letter' },
  { pattern: /^#?(desk|witness)(?![a-z])|(Desk|Witness)(?![a-z])/, write: 'the name in the glossary' },
  { pattern: /^#parts$|^[A-Z]\w*Parts$/, write: 'dependencies' },
];

/** The names in code that are to be avoided: `<path>: <name>: write <word>` for each, once. */
export function avoidedNamesIn(path: string, text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, ' ');
  const names = new Set(code.match(/#?\b[A-Za-z_]\w*/g) ?? []);
  return AVOIDED_NAMES.flatMap(({ pattern, write }) =>
    [...names].filter((name) => pattern.test(name)).map((name) => `${path}: ${name}: write ${write}`),
  );
}

/** Phrases to avoid in a file: `<path>: "<phrase>": write <word>` for each. */
export function avoidedIn(path: string, text: string): string[] {
  const prose = proseOf(path, text);
  return AVOIDED.flatMap(({ pattern, write }) =>
    [...prose.matchAll(pattern)].map(([phrase]) => `${path}: "${phrase}": write ${write}`),
  );
}
