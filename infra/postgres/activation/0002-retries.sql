-- Failed deliveries can be sent again. `retry`: whether it can be; null: it didn't fail, or did before this was noted, and
-- then its change is not kept. `idempotency_key`: null: the delivery's id.
ALTER TABLE delivery
  ADD COLUMN retry text CHECK (retry IN ('possible', 'retried', 'superseded', 'not_kept')),
  ADD COLUMN retry_of text,
  ADD COLUMN idempotency_key text;
