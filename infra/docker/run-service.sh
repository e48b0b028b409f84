#!/bin/sh
# Entry point of the image: runs the service that the first argument names, or a task on the stores: setting them up, waiting
# before a backup and recovering after one, or repairing one partition of a stage. `time release` and `verify` ask the
# segmentation service.
set -eu
task=
case "${1:-}" in
  setup) program=infra/dist/setup/main.js ;;
  drained | recover | accept-lost-commits | accept-lost-records) program=infra/dist/backup/main.js task=$* ;;
  time) shift && program=infra/dist/time/main.js task=$* ;;
  verify) shift && program=infra/dist/verification/main.js task=verify ;;
  ingestion | identity | profile | segmentation | activation | history | console) program=services/$1/dist/main.js ;;
  *)
    echo "usage: setup | drained | recover | accept-lost-commits | accept-lost-records | time release | verify | ingestion | identity | profile | segmentation | activation | history | console" >&2
    exit 64
    ;;
esac
# Logs tell instances apart by the container's name.
export HILO_INSTANCE="${HILO_INSTANCE:-$(hostname)}"
# HILO_HEAP_MIB: far more than a service needs, or V8 collects all the time; below the container's limit, or it is killed.
exec node "--max-old-space-size=${HILO_HEAP_MIB:-2048}" --max-semi-space-size=24 --no-parallel-scavenge --disable-warning=TimeoutNegativeWarning "$program" $task
