import { type Claims, valuesOf } from './openid-identity.ts';

/** A value of a claim that says that the provider asked for a second factor. */
export interface FactorClaim {
  readonly claim: string;
  readonly value: string;
}

/** When a sign-in at the provider counts as one with a second factor: never, always, or if a claim has one of these values. */
export type ProviderFactor = 'never' | 'always' | readonly FactorClaim[];

/** The rule in a text: `never`, `always`, or pairs such as `amr=mfa,amr=hwk`; throws what is wrong with it. */
export function providerFactorOf(text: string): ProviderFactor {
  const word = text.trim();
  if (word === 'never' || word === 'always') return word;
  const pairs = word
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  if (pairs.length > 0 && pairs.every((pair) => /^[^=]*[^=\s]\s*=\s*\S/.test(pair))) return pairs.map(factorClaimOf);
  throw new Error('must be never, always, or pairs of a claim and its value such as amr=mfa,amr=hwk');
}

/** Whether the claims of a sign-in say that it had a second factor. */
export function hasProviderFactor(claims: Claims, rule: ProviderFactor): boolean {
  if (typeof rule === 'string') return rule === 'always';
  return rule.some(({ claim, value }) => valuesOf(claims, claim).has(value));
}

function factorClaimOf(pair: string): FactorClaim {
  const at = pair.indexOf('=');
  return { claim: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
}
