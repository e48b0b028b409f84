-- A name for a person in addresses, which says nothing about them: proxies and browsers keep addresses in their logs.
ALTER TABLE person ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
