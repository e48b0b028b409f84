-- A destination's settings are what its type says (services/activation/src/destinations), secrets among them.
ALTER TABLE destination ADD COLUMN settings jsonb;
UPDATE destination SET settings = jsonb_build_object('url', url, 'secret', secret);
ALTER TABLE destination
  ALTER COLUMN settings SET NOT NULL,
  ALTER COLUMN url DROP NOT NULL,
  ALTER COLUMN secret DROP NOT NULL,
  DROP CONSTRAINT destination_type_check;

-- Instances of the release before read and write `url` and `secret` for as long as an upgrade takes. A later release drops
-- both columns and this trigger.
CREATE FUNCTION destination_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.settings IS NULL
    OR (TG_OP = 'UPDATE' AND NEW.settings = OLD.settings AND (NEW.url, NEW.secret) IS DISTINCT FROM (OLD.url, OLD.secret))
  THEN
    NEW.settings := jsonb_build_object('url', NEW.url, 'secret', NEW.secret);
  ELSE
    NEW.url := NEW.settings ->> 'url';
    NEW.secret := NEW.settings ->> 'secret';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER destination_settings BEFORE INSERT OR UPDATE ON destination
  FOR EACH ROW EXECUTE FUNCTION destination_settings();
