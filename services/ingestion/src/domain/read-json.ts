import { parseJson } from './parse-json.ts';

/** A JSON text and its value. */
export interface ReadJson {
  readonly text: string;
  readonly value: unknown;
}

/** Reads a body's JSON; null if it is not JSON. */
export function readJson(bytes: Uint8Array): ReadJson | null {
  try {
    const text = decoder.decode(bytes);
    return { text, value: parseJson(text) };
  } catch {
    return null;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
