#!/bin/bash
# Replaces every instance of the services, one after the other, by one of the image as it is now: an upgrade, or a restart,
# without a pause. For each, a new instance starts beside the old ones and is ready before an old one stops.
# Usage: infra/docker/roll.sh [service…]   COMPOSE: see deployment.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
. infra/docker/deployment.sh
[ $# -gt 0 ] || set -- ingestion identity profile segmentation activation history console
patience_s=180

for service in "$@"; do
  mapfile -t old < <($compose ps -q "$service")
  [ ${#old[@]} -gt 0 ] || { echo "$service does not run" >&2; exit 1; }
  for container in "${old[@]}"; do
    quietly $compose up -d --no-deps --no-recreate --scale "$service=$((${#old[@]} + 1))" "$service"
    new=$($compose ps -q "$service" | grep -v -F -f <(printf '%s\n' "${old[@]}") | while read -r id; do
      printf '%s %s\n' "$(docker inspect -f '{{.Created}}' "$id")" "$id"
    done | sort | tail -n 1 | cut -d ' ' -f 2)
    for ((waited = 0; ; waited++)); do
      [ "$(docker inspect -f '{{.State.Health.Status}}' "$new")" != healthy ] || break
      [ "$waited" -lt "$patience_s" ] || { echo "$service: the new instance $new is not ready after $patience_s s" >&2; exit 1; }
      sleep 1
    done
    docker stop -t 30 "$container" >/dev/null
    docker rm "$container" >/dev/null
    echo "$service: ${container:0:12} replaced by ${new:0:12}"
  done
done
