import { doublesHold, parseJson } from '@hilo/exact-json';

/** JSON text that is parsed at most once in each way, when somebody looks inside. Immutable. */
export class JsonText {
  readonly text: string;
  #value: unknown;
  #exact: unknown;
  #parsed = false;
  #parsed_exactly = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The parsed value; its numbers are the nearest doubles. Throws `SyntaxError` where the text is no JSON. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = JSON.parse(this.text);
      this.#parsed = true;
    }
    return this.#value;
  }

  /** The parsed value with every digit of its numbers, where the nearest doubles aren't enough. Throws `SyntaxError` where the text is no JSON. */
  get exact(): unknown {
    if (!this.#parsed_exactly) {
      this.#exact = doublesHold(this.text) ? this.value : parseJson(this.text);
      this.#parsed_exactly = true;
    }
    return this.#exact;
  }
}

/** The text of an object without members. */
export const EMPTY_OBJECT = new JsonText('{}');
