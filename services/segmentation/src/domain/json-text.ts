/** JSON text that is parsed at most once, when somebody looks inside. Immutable. */
export class JsonText {
  readonly text: string;
  #value: unknown;
  #parsed = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The parsed value. Throws `SyntaxError` where the text is no JSON. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = JSON.parse(this.text);
      this.#parsed = true;
    }
    return this.#value;
  }
}

/** The text of an object without members. */
export const EMPTY_OBJECT = new JsonText('{}');
