/** Browsers by the word of their user agent, the more particular ones first: nearly all of them also say Chrome and Safari. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['HeadlessChrome', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** What a browser's `User-Agent` says, in names that people know. */
export interface Device {
  readonly browser: string;
  /** Null: it does not say. */
  readonly system: string | null;
}

/** Reads a `User-Agent`; null if it names no known browser, such as a program's. */
export function deviceOf(userAgent: string): Device | null {
  const browser = BROWSERS.find(([word]) => userAgent.includes(`${word}/`));
  const system = SYSTEMS.find(([word]) => userAgent.includes(word));
  return browser === undefined ? null : { browser: browser[1], system: system?.[1] ?? null };
}
