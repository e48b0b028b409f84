/** Not yet in TypeScript's library: the proposal "JSON.parse source text access". */
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => object };

/**
 * What `JSON.stringify` prints for the number. Browsers from before 2025 cannot print it and show the nearest double.
 */
export function rawNumber(numeral: string): unknown {
  return rawJSON?.(numeral) ?? Number(numeral);
}
