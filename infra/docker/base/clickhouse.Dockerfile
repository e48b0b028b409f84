# Stands in for clickhouse/clickhouse-server: the same engine out of npm's libchdb, set up by the same CLICKHOUSE_… variables
# and the XML files of config.d and users.d. Users come from users.d only, and there is no clickhouse-client.
FROM node:24-slim
RUN apt-get update -q && apt-get install -y -q --no-install-recommends wget \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb \
 && groupadd --gid 101 clickhouse && useradd --uid 101 --gid clickhouse clickhouse \
 && mkdir -p /etc/clickhouse-server/config.d /etc/clickhouse-server/users.d /var/lib/clickhouse
COPY clickhouse /opt/clickhouse
COPY clickhouse-entrypoint.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh && chown -R clickhouse:clickhouse /etc/clickhouse-server /var/lib/clickhouse
EXPOSE 8123 9000
VOLUME ["/var/lib/clickhouse"]
ENTRYPOINT ["/entrypoint.sh"]
