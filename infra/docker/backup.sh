#!/bin/bash
# Backs up a deployment by docker-compose.yml into a folder: `infra/docker/backup.sh FOLDER`. Stops the ingest endpoint
# meanwhile (SDKs keep what they cannot send), so that PostgreSQL and ClickHouse agree and nothing is in flight.
# COMPOSE, HILO_SECRETS: see deployment.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
. infra/docker/deployment.sh
folder=${1:?usage: backup.sh FOLDER}
umask 077
mkdir -p "$folder"
stages='identity profile segmentation activation history console'
reopen() { quietly $compose start ingestion $stages; }
trap reopen EXIT

quietly $compose stop --timeout 30 ingestion
quietly $compose run --rm setup drained
quietly $compose stop --timeout 30 $stages

$compose exec -T postgres pg_dump --username=hilo --format=custom hilo >"$folder/postgres.dump"
clickhouse=$($compose ps -q clickhouse)
# Left by an interrupted backup.
remove_backup "$clickhouse"
clickhouse "BACKUP DATABASE hilo TO File('hilo')"
docker cp "$clickhouse:/var/lib/clickhouse/backups/hilo" - | gzip >"$folder/clickhouse.tar.gz"
remove_backup "$clickhouse"
registry /apis/registry/v2/admin/export --header 'accept: application/zip' >"$folder/registry.zip"
ls -l "$folder"
