import { doublesHold, parseJson } from '@hilo/exact-json';

/** JSON text that is parsed at most once in each way, when somebody needs its content. Immutable. */
export class JsonText {
  readonly text: string;
  #value: unknown;
  #exact: unknown;
  #parsed = false;
  #parsedExactly = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The parsed value; its numbers are the nearest doubles. Throws `SyntaxError` if the text is not JSON. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = JSON.parse(this.text);
      this.#parsed = true;
    }
    return this.#value;
  }

  /**
   * The parsed value with every digit of its numbers, if the nearest doubles are not enough. Throws `SyntaxError` if
   * the text is not JSON.
   */
  get exact(): unknown {
    if (!this.#parsedExactly) {
      this.#exact = doublesHold(this.text) ? this.value : parseJson(this.text);
      this.#parsedExactly = true;
    }
    return this.#exact;
  }
}

/** The text of an empty object. */
export const EMPTY_OBJECT = new JsonText('{}');
