/** What TypeScript's library has no types for yet (the proposal "JSON.parse source text access"). */
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => object };

/** What `JSON.stringify` writes as the numeral; in a browser from before 2025, which can't, the nearest number. */
export function rawNumber(numeral: string): unknown {
  return rawJSON?.(numeral) ?? Number(numeral);
}
