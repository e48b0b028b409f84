#!/bin/bash
# Starts a broker as apache/kafka's image does: KAFKA_A_B becomes a.b, a double underscore an underscore, a triple one a dash.
set -eu
config=/mnt/shared/config/server.properties
compgen -e KAFKA_ | grep -v -E '^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS|JMX_OPTS)$' | while read -r variable; do
  name=$(echo "${variable#KAFKA_}" | tr '[:upper:]' '[:lower:]' | sed -e 's/___/-/g' -e 's/__/\r/g' -e 's/_/./g' -e 's/\r/_/g')
  echo "$name=${!variable}"
done >"$config"
run() { java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC -Dlog4j2.configurationFile=/etc/kafka/docker/log4j2.properties -cp '/opt/kafka/libs/*' "$@"; }
data=${KAFKA_LOG_DIRS:-/tmp/kafka-logs}
if [ ! -e "$data/meta.properties" ]; then
  run kafka.tools.StorageTool format -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$config"
fi
exec java ${KAFKA_HEAP_OPTS:--Xmx512m} ${KAFKA_OPTS:-} -XX:+UseSerialGC -Dlog4j2.configurationFile=/etc/kafka/docker/log4j2.properties \
  -cp '/opt/kafka/libs/*' kafka.Kafka "$config"
