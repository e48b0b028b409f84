/** How to send to a source, as the console shows it. */
export class ShownAddress {
  readonly #url: string;
  readonly #authorization: string;
  /** The event in the line, as it is shown. */
  readonly example: string;

  /** Reads the line for curl that the page of a source shows. Throws if there is none. */
  constructor(line: string) {
    const [, key, url, event] = /^curl -u '([^':]+):' .* (http\S+\/v1)\/track \\\n {2}-d '(.+)'$/s.exec(line) ?? [];
    if (key === undefined || url === undefined || event === undefined)
      throw new Error(`this is no line for curl: ${line}`);
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    this.example = event;
  }

  /** Sends what a newcomer would; rejects if the answer differs. */
  async send(call: 'track' | 'identify', body: object | string, expectedStatus = 200): Promise<void> {
    const answer = await fetch(`${this.#url}/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status !== expectedStatus) throw new Error(`/${call} answers ${answer.status}: ${await answer.text()}`);
  }
}
