#!/bin/sh
# Makes the secrets of a deployment by docker-compose.yml: `make-secrets.sh FOLDER`, then HILO_SECRETS=FOLDER in `.env`.
# Existing secrets stay. Only its owner can enter the folder; the files in it are mounted one by one, and must be
# readable by the containers' users.
set -eu
folder=${1:?usage: make-secrets.sh FOLDER}
command -v openssl >/dev/null || { echo 'openssl is missing: it makes the keys of the services' >&2; exit 1; }
umask 077
mkdir -p "$folder"
umask 022
random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
for name in admin_token console_key postgres_password monitor_postgres_password clickhouse_password clickhouse_loader_password clickhouse_reader_password grafana_password console_first_password; do
  [ -s "$folder/$name" ] || random >"$folder/$name"
done
# Empty: neither OpenID Connect nor mail is set up, and the receiver of the log wants no headers. Fill them in if you need it.
for name in openid_client_secret smtp_url log_otlp_headers; do
  [ -e "$folder/$name" ] || : >"$folder/$name"
done
# Of each service that calls others: the private key with which it signs, and the public one with which the others check.
for service in console activation profile; do
  [ -s "$folder/${service}_service_key" ] || {
    openssl genpkey -algorithm ed25519 -out "$folder/${service}_service_key"
    chmod 644 "$folder/${service}_service_key"
    rm -f "$folder/${service}_public_key"
  }
  [ -s "$folder/${service}_public_key" ] ||
    openssl pkey -in "$folder/${service}_service_key" -pubout -out "$folder/${service}_public_key"
done
printf 'postgres://hilo:%s@postgres:5432/hilo\n' "$(cat "$folder/postgres_password")" >"$folder/postgres_url"
# Each service's own user. `setup` creates it with this password, and gives it the rights to its schema.
for service in ingestion identity profile segmentation activation history console; do
  [ -s "$folder/${service}_postgres_url" ] ||
    printf 'postgres://hilo_%s:%s@postgres:5432/hilo\n' "$service" "$(random)" >"$folder/${service}_postgres_url"
done
"$(dirname "$0")/make-certificates.sh" "$folder"
echo "secrets are in $folder; put HILO_SECRETS=$folder into .env"
