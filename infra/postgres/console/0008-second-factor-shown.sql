-- Whether a second factor was shown in a session: Hilo's, or the one of the identity provider.
ALTER TABLE session ADD COLUMN second_factor_shown boolean NOT NULL DEFAULT false;

-- Whoever has one showed it to begin the session, or has set it up in it.
UPDATE session SET second_factor_shown = true
  WHERE email IN (SELECT email FROM second_factor WHERE secret IS NOT NULL);

-- What the identity provider said at the time is not known any more: these people sign in again.
DELETE FROM session WHERE email IN (SELECT email FROM person WHERE openid_subject IS NOT NULL);
