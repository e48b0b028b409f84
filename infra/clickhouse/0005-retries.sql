-- A delivery that sends a failed one again names it, and has its Idempotency-Key.
ALTER TABLE hilo.delivery_rows ADD COLUMN IF NOT EXISTS retry_of Nullable(String);
ALTER TABLE hilo.delivery_rows ADD COLUMN IF NOT EXISTS idempotency_key Nullable(String);

CREATE OR REPLACE VIEW hilo.deliveries AS
SELECT
    d.delivery_id AS delivery_id,
    d.destination AS destination,
    coalesce(nullIf(r.survivor, ''), d.profile_id) AS profile_id,
    d.segment AS segment,
    d.membership_version AS membership_version,
    d.membership_status AS membership_status,
    d.status AS status,
    d.reason AS reason,
    d.attempts AS attempts,
    d.response_status AS response_status,
    d.response_body AS response_body,
    d.message_id AS message_id,
    d.created_at AS created_at,
    d.ended_at AS ended_at,
    d.retry_of AS retry_of,
    coalesce(d.idempotency_key, d.delivery_id) AS idempotency_key,
    d.profile_id AS recorded_profile_id
FROM hilo.delivery_rows AS d
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = d.profile_id;
