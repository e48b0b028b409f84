import { EnvironmentError } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { readOpenid, readSmtp } from './config-sign-in.ts';

const OPENID = {
  HILO_OPENID_ISSUER: 'https://id.example.com/realms/a/',
  HILO_OPENID_CLIENT_ID: 'hilo',
  HILO_OPENID_CLIENT_SECRET: 'secret',
  HILO_OPENID_ROLES: 'admin=hilo-admins,editor=marketing',
};
const SMTP = { HILO_SMTP_URL: 'smtps://hilo:secret@mail.example.com', HILO_SMTP_FROM: 'Hilo@Example.com' };

describe('sign-in by OpenID Connect', () => {
  it('is off where no issuer is set, whatever else is', () => {
    expect(readOpenid({})).toBeNull();
    expect(readOpenid({ ...OPENID, HILO_OPENID_ISSUER: '' })).toBeNull();
  });

  it('has the issuer as it is written, and defaults for the rest', () => {
    expect(readOpenid(OPENID)).toEqual({
      ...{ issuer: 'https://id.example.com/realms/a/', clientId: 'hilo', clientSecret: 'secret' },
      ...{ scopes: 'openid email profile', name: 'OpenID Connect', roleClaim: 'roles', secondFactor: 'never' },
      roles: [
        { role: 'admin', value: 'hilo-admins' },
        { role: 'editor', value: 'marketing' },
      ],
    });
  });

  it.each([
    ['HILO_OPENID_ISSUER', 'id.example.com'],
    ['HILO_OPENID_ISSUER', 'http://id.example.com'],
    ['HILO_OPENID_ISSUER', 'http://127.0.0.1.evil.example'],
    ['HILO_OPENID_CLIENT_ID', ''],
    ['HILO_OPENID_CLIENT_SECRET', ''],
    ['HILO_OPENID_SCOPES', 'email profile'],
    ['HILO_OPENID_ROLES', 'owner=x'],
    ['HILO_OPENID_ROLES', ''],
    ['HILO_OPENID_SECOND_FACTOR', 'yes'],
    ['HILO_OPENID_SECOND_FACTOR', ''],
  ])('does not start with %s=%j, and says which', (variable, value) => {
    expect(() => readOpenid({ ...OPENID, [variable]: value })).toThrow(EnvironmentError);
    expect(() => readOpenid({ ...OPENID, [variable]: value })).toThrow(variable);
  });

  it('has a second factor where the operator says so', () => {
    const of = (rule: string) => readOpenid({ ...OPENID, HILO_OPENID_SECOND_FACTOR: rule })?.secondFactor;
    expect(of('always')).toBe('always');
    expect(of('amr=mfa')).toEqual([{ claim: 'amr', value: 'mfa' }]);
  });

  it.each(['http://127.0.0.1:9000', 'http://localhost:9000', 'http://[::1]:9000'])(
    'takes %s: a provider on this machine',
    (issuer) => {
      expect(readOpenid({ ...OPENID, HILO_OPENID_ISSUER: issuer })).toMatchObject({ issuer });
    },
  );
});

describe('the mail server', () => {
  it('is none where no address is set, and needs TLS unless the operator says otherwise', () => {
    expect(readSmtp({})).toBeNull();
    expect(readSmtp(SMTP)).toEqual({ url: SMTP.HILO_SMTP_URL, from: 'hilo@example.com', requiresTls: true });
    const plain = { ...SMTP, HILO_SMTP_URL: 'smtp://mail:25', HILO_SMTP_TLS: 'off' };
    expect(readSmtp(plain)).toMatchObject({ url: 'smtp://mail:25', requiresTls: false });
  });

  it.each([
    [{ HILO_SMTP_URL: 'mail.example.com' }, 'HILO_SMTP_URL'],
    [{ HILO_SMTP_URL: 'https://mail.example.com' }, 'HILO_SMTP_URL'],
    [{ HILO_SMTP_FROM: 'hilo' }, 'HILO_SMTP_FROM'],
    [{ HILO_SMTP_FROM: undefined }, 'HILO_SMTP_FROM'],
    [{ HILO_SMTP_TLS: 'maybe' }, 'HILO_SMTP_TLS'],
    [{ HILO_SMTP_TLS: 'off' }, 'HILO_SMTP_TLS'],
  ])('is not %j, and says which variable is at fault', (wrong, variable) => {
    expect(() => readSmtp({ ...SMTP, ...wrong })).toThrow(variable);
    expect(() => readSmtp({ ...SMTP, ...wrong })).not.toThrow('secret');
  });
});
