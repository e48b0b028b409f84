#!/bin/bash
# A statement can read the server's own environment, so it gets none: what it is told comes through its standard input.
set -eu
become=()
if [ "$(id -u)" = 0 ]; then
  chown clickhouse:clickhouse /var/lib/clickhouse
  become=(setpriv --reuid clickhouse --regid clickhouse --init-groups)
fi
# With HTTPS, the only port that others reach is that of this front.
if [ -e /etc/clickhouse-server/config.d/tls.xml ]; then
  "${become[@]}" env -i "$(command -v node)" --max-old-space-size=64 /opt/clickhouse/docker/base/clickhouse-tls.ts < <(env -0) &
fi
exec "${become[@]}" env -i \
  "$(command -v node)" --max-old-space-size=64 /opt/clickhouse/docker/base/clickhouse-server.ts < <(env -0)
