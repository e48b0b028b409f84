/** Values of one identifier type that never identify anyone. Case and surrounding space do not matter. */
export interface BlockedValues {
  /** Whole values, in lower case, without brackets or quotes around them. */
  readonly words: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
}

/** What programs write for "nothing". */
const NOTHING = [
  ...[
    'null',
    'nil',
    'none',
    'undefined',
    'void',
    'nan',
    'infinity',
    '-infinity',
    'n/a',
    'n.a.',
    'n.a',
    'na',
    '#n/a',
    'nul',
  ],
  ...[
    'unknown',
    'unspecified',
    'not set',
    'not_set',
    'notset',
    'not available',
    'not_available',
    'no value',
    'novalue',
  ],
  ...['empty', 'blank', 'missing', '\\n', '(none)', '-1', 'true', 'false', 'string', 'default'],
];

/** Words for anybody who is unknown. */
const NOBODY = [
  ...['anonymous', 'anon', 'anonymous user', 'anonymous_user', 'anonymoususer', 'guest', 'guest user', 'guest_user'],
  ...['guestuser', 'visitor', 'nobody', 'not_authenticated', 'unauthenticated', 'not logged in', 'logged_out'],
  ...['test', 'tester', 'testing', 'test user', 'test_user', 'testuser'],
];

/** Field names, sent in place of a value. */
const FIELD_NAMES = [
  ...[
    'id',
    'uid',
    'uuid',
    'guid',
    'user',
    'username',
    'user_name',
    'userid',
    'user_id',
    'user-id',
    'user id',
    'user.id',
  ],
  ...['distinct_id', 'distinctid', 'distinct-id', 'anonymous_id', 'anonymousid', 'anonymous-id', 'customer_id'],
  ...[
    'customerid',
    'client_id',
    'clientid',
    'device_id',
    'deviceid',
    'session_id',
    'sessionid',
    'visitor_id',
    'visitorid',
  ],
  ...['external_id', 'externalid', 'email', 'e-mail', 'mail', 'phone', 'name', 'value', 'key'],
];

const WORDS: ReadonlySet<string> = new Set([...NOTHING, ...NOBODY, ...FIELD_NAMES]);

/** Zeros and punctuation alone, such as `00000000-0000-0000-0000-000000000000`, `0.0`, `{}` and the empty text. */
const ZEROS = /^[\s!-0:-@[-`{-~]*$/;
/** The UUID that consists of ones. */
const ONES = /^[{(]?f{8}-?(?:f{4}-?){3}f{12}[})]?$/i;
/** An object converted to text. */
const OBJECT = /^\[object .*\]$/i;
/** Unfilled templates: `{{user_id}}`, `${user.id}`, `<%= id %>`, `%%EMAIL%%`. */
const TEMPLATE = /^(?:\{\{.*\}\}|\$\{.*\}|<%.*%>|%%.*%%|\*\|.*\|\*)$/;

const PATTERNS = [ZEROS, ONES, OBJECT, TEMPLATE];

/** The same for every kind of id. */
const BLOCKED_IDS: BlockedValues = { words: WORDS, patterns: PATTERNS };

/** Ids that many devices share: Android 2.2 gave this one to all of them. */
const BLOCKED_DEVICES: BlockedValues = { words: new Set([...WORDS, '9774d56d682e549c']), patterns: PATTERNS };

/** Addresses whose name and domain are both such words: `test@test.com`, `null@null.null`. */
const BLOCKED_ADDRESSES: BlockedValues = {
  words: WORDS,
  patterns: [
    ...PATTERNS,
    new RegExp(`^(?:${alternatives([...WORDS])})@(?:www\\.)?(?:${alternatives([...WORDS])})\\.[^@]*$`, 'i'),
  ],
};

/** The default values of every workspace, by identifier type. */
export const BLOCKED_VALUES = {
  user_id: BLOCKED_IDS,
  email: BLOCKED_ADDRESSES,
  anonymous_id: BLOCKED_DEVICES,
} as const satisfies Readonly<Record<string, BlockedValues>>;

/** Whether a value never identifies anyone. */
export function isBlocked({ words, patterns }: BlockedValues, value: string): boolean {
  const trimmed = value.trim();
  for (const pattern of patterns) if (pattern.test(trimmed)) return true;
  // Most ids are longer than every word, brackets included.
  if (trimmed.length > LONGEST_WORD) return false;
  const word = trimmed.toLowerCase();
  return words.has(word) || (MAY_BE_AROUND.test(word) && words.has(word.replace(AROUND, '')));
}

const LONGEST_WORD = Math.max(...[...WORDS].map((word) => word.length)) + 8;
/** Brackets and quotes around a word. */
const AROUND = /^["'`([{<]{1,4}|["'`)\]}>]{1,4}$/g;
const MAY_BE_AROUND = /^["'`([{<]/;

function alternatives(words: readonly string[]): string {
  return words.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
}
