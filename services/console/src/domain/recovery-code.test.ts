import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RECOVERY_CODE_BYTES, readCode, recoveryCode } from './recovery-code.ts';

it.each([
  ['123456', { kind: 'totp', code: '123456' }],
  [' 123 456 ', { kind: 'totp', code: '123456' }],
  ['123-456', { kind: 'totp', code: '123456' }],
  ['12345', null],
  ['1234567', null],
  ['abcd-efgh-ijkl-mnop-qrst-uvwx', { kind: 'recovery', code: 'abcdefghijklmnopqrstuvwx' }],
  ['ABCDEFGH ijkl-mnop-qrst-uv23', { kind: 'recovery', code: 'abcdefghijklmnopqrstuv23' }],
  ['abcd-efgh-ijkl-mnop-qrst-uvw1', null],
  ['', null],
  ['\u0000'.repeat(24), null],
])('reads "%s" as %j', (typed, code) => {
  expect(readCode(typed)).toEqual(code);
});

it('reads every recovery code that it shows, however it is typed', () => {
  const bytes = fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES });
  fc.assert(
    fc.property(bytes, (random) => {
      const shown = recoveryCode(Buffer.from(random));
      expect(shown).toMatch(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
      const code = shown.replaceAll('-', '');
      for (const typed of [shown, code, shown.toUpperCase(), ` ${shown.replaceAll('-', ' ')} `])
        expect(readCode(typed)).toEqual({ kind: 'recovery', code });
    }),
  );
});
