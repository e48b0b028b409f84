import type { ValueProvider } from '@nestjs/common';

/** Makes each part of a module injectable under the token of its name. */
export function providersOf<const Tokens extends Readonly<Record<string, symbol>>>(
  tokens: Tokens,
  dependencies: { readonly [Name in keyof Tokens]: unknown },
): ValueProvider[] {
  return Object.entries(tokens).map(([name, provide]) => ({ provide, useValue: dependencies[name as keyof Tokens] }));
}
