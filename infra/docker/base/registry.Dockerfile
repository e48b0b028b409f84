# Stands in for apicurio/apicurio-registry-mem: the application that Apicurio ships on Maven Central.
FROM hilo-base:java
COPY apicurio /deployments
ENV JAVA_OPTIONS=""
RUN useradd --uid 185 --gid 0 --create-home --home-dir /home/jboss jboss && chmod ug+rwX /home/jboss
USER 185
EXPOSE 8080
CMD ["/bin/bash", "-c", "exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dquarkus.http.host=0.0.0.0 $JAVA_OPTIONS -jar /deployments/apicurio-registry-app-*-runner.jar"]
