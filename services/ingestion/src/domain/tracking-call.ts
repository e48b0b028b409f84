/** Types of an event: the calls of the tracking API. */
export const CALL_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge'] as const;

/** Type of an event. */
export type CallType = (typeof CALL_TYPES)[number];

/** What a path of the tracking API stands for; `metrics` is the browser SDKs' own telemetry, which nobody needs. */
export type Call = CallType | 'batch' | 'metrics';

/** Longest messageId, as in Segment's API. */
export const MESSAGE_ID_LENGTH = 100;
/** Longest identifier: it must fit into an index of every store. */
export const ID_LENGTH = 500;
/** Longest name of an event, a page, a category. */
export const NAME_LENGTH = 1000;

const BY_PATH: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...CALL_TYPES.map((type) => [type, type] as const),
  ['batch', 'batch'],
  ['import', 'batch'],
  ['t', 'track'],
  ['i', 'identify'],
  ['p', 'page'],
  ['s', 'screen'],
  ['g', 'group'],
  ['a', 'alias'],
  ['b', 'batch'],
  ['m', 'metrics'],
]);

/** The call of `POST /v1/<path>`, also under the short names of browser SDKs. */
export function callOf(path: string): Call | undefined {
  return BY_PATH.get(path);
}

/** Whether a word is the type of an event. */
export function isCallType(word: unknown): word is CallType {
  return (CALL_TYPES as readonly unknown[]).includes(word);
}
