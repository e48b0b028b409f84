#!/bin/bash
# Restores what backup.sh made, into stores that are empty (new volumes): `infra/docker/restore.sh FOLDER`. Kafka may be new
# too, or the previous one: then the stages compute everything received since the backup again.
# COMPOSE, HILO_SECRETS: see deployment.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
. infra/docker/deployment.sh
folder=${1:?usage: restore.sh FOLDER}

stores="kafka registry postgres clickhouse $($compose config --services | grep -x registry-proxy || true)"
quietly $compose up -d $stores
for store in $stores; do
  until [ "$(docker inspect -f '{{.State.Health.Status}}' "$($compose ps -q $store)")" = healthy ]; do sleep 1; done
done
# Without privileges: the services' users do not exist yet. `recover` creates them and grants what they need.
$compose exec -T postgres pg_restore --username=hilo --dbname=hilo --exit-on-error --no-owner --no-privileges <"$folder/postgres.dump"
clickhouse=$($compose ps -q clickhouse)
docker exec -u clickhouse "$clickhouse" mkdir -p /var/lib/clickhouse/backups
gunzip <"$folder/clickhouse.tar.gz" | docker cp - "$clickhouse:/var/lib/clickhouse/backups/"
clickhouse "RESTORE DATABASE hilo FROM File('hilo')"
remove_backup "$clickhouse"
# A registry that already has schemas is the previous one, and knows more.
if [ "$(registry /apis/ccompat/v7/subjects)" = '[]' ]; then
  registry /apis/registry/v2/admin/import --header 'content-type: application/zip' --data-binary "@$folder/registry.zip"
fi
quietly $compose run --rm setup recover
quietly $compose up -d --no-build
