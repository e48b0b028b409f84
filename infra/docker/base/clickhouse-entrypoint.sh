#!/bin/bash
set -eu
chown clickhouse:clickhouse /var/lib/clickhouse
exec setpriv --reuid clickhouse --regid clickhouse --init-groups node --max-old-space-size=64 /opt/clickhouse/server.mjs
