# Stands in for apache/kafka: the same broker from its Maven artifacts, set up by the same KAFKA_… variables.
FROM hilo-base:java
COPY kafka /opt/kafka/libs
COPY kafka-run.sh /etc/kafka/docker/run
COPY log4j2.properties /etc/kafka/docker/log4j2.properties
RUN useradd --uid 1000 --create-home --shell /bin/bash appuser \
 && chmod 755 /etc/kafka/docker/run && mkdir -p /var/lib/kafka/data /mnt/shared/config \
 && chown -R appuser /etc/kafka /var/lib/kafka /mnt/shared/config
USER appuser
EXPOSE 9092
VOLUME ["/var/lib/kafka/data"]
CMD ["/etc/kafka/docker/run"]
