/**
 * Since when each top-level trait has had its value, in milliseconds. The text is read when somebody asks: only conditions with
 * `for` do.
 */
export class TraitTimes {
  /** JSON text of an object, as the profile service writes it. */
  readonly text: string;
  #times: Readonly<Record<string, unknown>> | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** Undefined if it is not known, also if the text is no such object. */
  get(trait: string): number | undefined {
    this.#times ??= objectIn(this.text);
    const since_ms = Object.hasOwn(this.#times, trait) ? this.#times[trait] : undefined;
    return typeof since_ms === 'number' ? since_ms : undefined;
  }
}

/** Those of a profile of which no record has said them. */
export const UNKNOWN_TIMES = new TraitTimes('{}');

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
