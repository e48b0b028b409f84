#!/bin/sh
# Entry point of the image: runs the service that the first argument names, or the set-up of the stores.
set -eu
case "${1:-}" in
  setup) program=infra/dist/setup/main.js ;;
  ingestion | identity | profile | segmentation | activation | history | console) program=services/$1/dist/main.js ;;
  *)
    echo "usage: setup | ingestion | identity | profile | segmentation | activation | history | console" >&2
    exit 64
    ;;
esac
exec node --max-old-space-size=2048 --max-semi-space-size=24 --no-parallel-scavenge --disable-warning=TimeoutNegativeWarning "$program"
