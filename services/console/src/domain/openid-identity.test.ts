import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, roleRulesOf } from './openid-identity.ts';
import { ROLES } from './rights.ts';

const ISSUER = 'https://id.example';
const CLAIMS = { iss: ISSUER, sub: 'u-1', email: 'Ann@Example.com', email_verified: true, name: 'Ann', roles: ['a'] };
const RULES = { roleClaim: 'roles', roles: roleRulesOf('admin=a,editor=e,viewer=v') };

describe('a person of the provider', () => {
  it('has issuer and subject, an address in lower case, a name and a role', () => {
    expect(identityOf(CLAIMS, RULES)).toEqual({
      ...{ issuer: ISSUER, subject: 'u-1', email: 'ann@example.com', isVerified: true, name: 'Ann', role: 'admin' },
    });
  });

  it.each([
    [{ iss: undefined }, 'answer_invalid'],
    [{ sub: '' }, 'answer_invalid'],
    [{ sub: 7 }, 'answer_invalid'],
    [{ sub: 'x'.repeat(256) }, 'answer_invalid'],
    [{ sub: 'a\0b' }, 'answer_invalid'],
    [{ sub: '\ud83d' }, 'answer_invalid'],
    [{ email: undefined }, 'email_missing'],
    [{ email: 'ann' }, 'email_missing'],
    [{ email_verified: false }, 'email_unverified'],
    [{ email_verified: 'false' }, 'email_unverified'],
    [{ roles: [] }, 'no_role'],
    [{ roles: [['a'], { a: 1 }, null] }, 'no_role'],
    [{ roles: 'A' }, 'no_role'],
  ])('with %j is refused: %s', (claims, reason) => {
    expect(identityOf({ ...CLAIMS, ...claims }, RULES)).toBe(reason);
  });

  it.each([
    [true, true],
    ['true', true],
    [undefined, false],
    ['yes', false],
  ])('has a confirmed address if the provider says %j: %s', (email_verified, isVerified) => {
    expect(identityOf({ ...CLAIMS, email_verified }, RULES)).toMatchObject({ isVerified });
  });

  it.each([undefined, '', ' ', 'x'.repeat(201), 'a\nb'])('is called by the address if the name is %j', (name) => {
    expect(identityOf({ ...CLAIMS, name }, RULES)).toMatchObject({ name: 'ann@example.com' });
  });

  it('gets the highest of several roles, in whatever order they come', () => {
    const values = { admin: 'a', editor: 'e', viewer: 'v', privacy: 'p' } as const;
    const roles = roleRulesOf(ROLES.map((role) => `${role}=${values[role]}`).join(','));
    fc.assert(
      fc.property(fc.shuffledSubarray([...ROLES], { minLength: 1 }), (given) => {
        const claims = { ...CLAIMS, roles: given.map((role) => values[role]) };
        const role = ROLES.find((one) => given.includes(one));
        expect(identityOf(claims, { roleClaim: 'roles', roles })).toMatchObject({ role });
      }),
    );
  });

  it.each([
    ['realm_access.roles', { realm_access: { roles: ['v'] } }, 'viewer'],
    ['https://hilo.example/roles', { 'https://hilo.example/roles': ['e'] }, 'editor'],
    ['a.b', { 'a.b': 'v', a: { b: 'e' } }, 'viewer'],
    ['groups', { groups: 'e' }, 'editor'],
  ])('has roles in the claim %s', (roleClaim, claims, role) => {
    expect(identityOf({ ...CLAIMS, ...claims }, { ...RULES, roleClaim })).toMatchObject({ role });
  });

  it.each(['__proto__', 'constructor.name', 'toString', 'a..b', ''])('has none in the claim %j', (roleClaim) => {
    const claims = { ...CLAIMS, roles: undefined };
    expect(identityOf(claims, { roleClaim, roles: roleRulesOf('admin=Object,admin=a') })).toBe('no_role');
  });
});

describe('the rules for roles', () => {
  it('are pairs of a role and a value, which may have an equals sign', () => {
    expect(roleRulesOf(' admin=hilo-admins, editor = cn=marketing ,editor=sales,')).toEqual([
      { role: 'admin', value: 'hilo-admins' },
      { role: 'editor', value: 'cn=marketing' },
      { role: 'editor', value: 'sales' },
    ]);
  });

  it.each(['', ',', 'admin', 'admin=', 'owner=x', '=x'])('are not %j', (text) => {
    expect(() => roleRulesOf(text)).toThrow(/admin=hilo-admins/);
  });
});
