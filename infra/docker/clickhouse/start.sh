#!/bin/bash
# In front of the image's own entry point, which takes passwords from variables only.
set -eu
CLICKHOUSE_PASSWORD=$(cat /run/secrets/clickhouse_password)
HILO_LOADER_PASSWORD=$(cat /run/secrets/clickhouse_loader_password)
HILO_READER_PASSWORD=$(cat /run/secrets/clickhouse_reader_password)
export CLICKHOUSE_PASSWORD HILO_LOADER_PASSWORD HILO_READER_PASSWORD
exec /entrypoint.sh "$@"
