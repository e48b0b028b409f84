import { expect, it } from 'vitest';
import { scramVerifier } from './scram-verifier.ts';

/** RFC 7677, section 3: the password `pencil`, the salt and the server's signature of its example. */
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

it('holds the keys of the example of RFC 7677, and never the password', () => {
  const verifier = scramVerifier('pencil', SALT);
  expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/=]{44}:[\w+/=]{44}$/);
  expect(verifier).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('is another one each time', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
});
