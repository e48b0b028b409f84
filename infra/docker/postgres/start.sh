#!/bin/bash
# In front of the image's own entry point: PostgreSQL takes its key only from a file that nobody else can read.
set -eu
install -m 600 /run/secrets/postgres_key /tmp/postgres.key
exec docker-entrypoint.sh "$@" -c hba_file=/etc/hilo/pg_hba.conf -c ssl=on -c ssl_cert_file=/run/secrets/postgres_certificate \
  -c ssl_key_file=/tmp/postgres.key -c ssl_ca_file=/run/secrets/stores_ca
