#!/bin/sh
# Makes the secrets of a deployment by docker-compose.yml: `make-secrets.sh FOLDER`, then HILO_SECRETS=FOLDER in `.env`.
# Existing secrets stay. Only its owner can enter the folder; the files in it are mounted one by one, and must be
# readable by the containers' users.
set -eu
folder=${1:?usage: make-secrets.sh FOLDER}
umask 077
mkdir -p "$folder"
umask 022
random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
for name in admin_token postgres_password clickhouse_password clickhouse_loader_password clickhouse_reader_password grafana_password console_first_password; do
  [ -s "$folder/$name" ] || random >"$folder/$name"
done
# Empty: neither OpenID Connect nor mail is set up. Fill them in if you want it.
for name in openid_client_secret smtp_url; do
  [ -e "$folder/$name" ] || : >"$folder/$name"
done
printf 'postgres://hilo:%s@postgres:5432/hilo\n' "$(cat "$folder/postgres_password")" >"$folder/postgres_url"
# Each service's own user. `setup` creates it with this password, and gives it the rights to its schema.
for service in ingestion identity profile segmentation activation history console; do
  [ -s "$folder/${service}_postgres_url" ] ||
    printf 'postgres://hilo_%s:%s@postgres:5432/hilo\n' "$service" "$(random)" >"$folder/${service}_postgres_url"
done
# For docker-compose.secured.yml: each service's Kafka user, and who may do what at the registry.
for service in ingestion identity profile segmentation activation history; do
  [ -s "$folder/${service}_kafka_password" ] || random >"$folder/${service}_kafka_password"
done
for name in registry_password registry_operator_password; do
  [ -s "$folder/$name" ] || random >"$folder/$name"
done
{
  echo 'userlist registry'
  echo '  group services users hilo'
  echo '  group operators users operator'
  echo "  user hilo insecure-password $(cat "$folder/registry_password")"
  echo "  user operator insecure-password $(cat "$folder/registry_operator_password")"
} >"$folder/registry_users"
if command -v openssl >/dev/null; then
  "$(dirname "$0")/make-certificates.sh" "$folder"
else
  echo 'openssl is missing: docker-compose.secured.yml needs the certificates that it makes' >&2
fi
echo "secrets are in $folder; put HILO_SECRETS=$folder into .env"
