#!/bin/bash
# A statement can read the server's own environment, so it gets none: what it is told comes through its standard input.
set -eu
chown clickhouse:clickhouse /var/lib/clickhouse
exec setpriv --reuid clickhouse --regid clickhouse --init-groups env -i \
  "$(command -v node)" --max-old-space-size=64 /opt/clickhouse/docker/base/clickhouse-server.ts < <(env -0)
