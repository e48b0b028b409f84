import { describe, expect, it } from 'vitest';
import { hasProviderFactor, providerFactorOf } from './provider-factor.ts';

describe('a second factor of the provider', () => {
  it.each([
    ['never', 'never'],
    ['always', 'always'],
    ['amr=mfa', [{ claim: 'amr', value: 'mfa' }]],
    [
      ' amr=mfa , acr = urn:example:two=2 ,',
      [
        { claim: 'amr', value: 'mfa' },
        { claim: 'acr', value: 'urn:example:two=2' },
      ],
    ],
  ])('is read from %j', (text, rule) => {
    expect(providerFactorOf(text)).toEqual(rule);
  });

  it.each(['', 'yes', 'Always', 'amr', 'amr=', '=mfa', 'amr=mfa,acr', ','])('is not read from %j', (text) => {
    expect(() => providerFactorOf(text)).toThrow('must be never, always, or pairs');
  });

  it.each([
    ['a list has the value', { amr: ['pwd', 'mfa'] }, true],
    ['a text is the value', { acr: 'two' }, true],
    ['the claim is inside another', { login: { level: 'two' } }, true],
    ['the list lacks it', { amr: ['pwd', 'MFA'] }, false],
    ['a text only contains it', { amr: 'pwd mfa' }, false],
    ['the value is not a text', { amr: [true, 1, { mfa: 'mfa' }] }, false],
    ['another claim has it', { acr: 'mfa' }, false],
    ['there is no claim', {}, false],
  ])('is decided by the claims where %s', (_, claims, isShown) => {
    const rule = providerFactorOf('amr=mfa,acr=two,login.level=two');
    expect(hasProviderFactor(claims, rule)).toBe(isShown);
    expect(hasProviderFactor(claims, 'always')).toBe(true);
    expect(hasProviderFactor(claims, 'never')).toBe(false);
  });
});
