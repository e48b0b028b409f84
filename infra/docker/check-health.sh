#!/bin/bash
# Health check of the image: a Node for each look would cost more than what it looks at. It must speak TLS if the service does.
if [ -n "${HILO_TLS_CERT_FILE:-}${HILO_TLS_CERT:-}" ]; then exec node infra/docker/check-health.mjs "${1:-ready}"; fi
exec 3<>"/dev/tcp/127.0.0.1/${HILO_PORT:?}" && printf 'GET /health/%s HTTP/1.0\r\n\r\n' "${1:-ready}" >&3 && head -n 1 <&3 | grep -q ' 200 '
