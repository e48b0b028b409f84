#!/bin/bash
# Builds the images that docker-compose.yml, infra/docker/Dockerfile and test/stack/docker-stores.ts name, where no image
# registry is reachable: Debian by debootstrap, and into it Node (npm), Kafka and Apicurio (Maven), PostgreSQL and HAProxy
# (Debian) and ClickHouse (npm). They get the names and tags of the real ones. Needs root, debootstrap, a Docker engine, and
# `npm test` or `npm start` run once, which fetch the packages. Images that are there already are kept; --force makes all anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOCKER_BUILDKIT=0
suite=forky # the first Debian with PostgreSQL 18
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
force=${1:-}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

wanted() { [ "$force" = --force ] || ! docker image inspect "$1" >/dev/null 2>&1; }

# build NAME FOLDER-OR-FILE…: an image from base/NAME.Dockerfile with a context that holds just these.
build() {
  local image=$1 recipe=$2
  shift 2
  wanted "$image" || return 0
  echo "building $image"
  rm -rf "$context/now" && mkdir "$context/now"
  [ $# -eq 0 ] || cp -a "$@" "$context/now/"
  docker build --quiet --network host -t "$image" -f "infra/docker/base/$recipe.Dockerfile" "$context/now" >"$context/log" 2>&1 || {
    tail -30 "$context/log" >&2
    exit 1
  }
}

cache=${HILO_CACHE:-.cache}
arch=$(uname -m | sed -e s/x86_64/x64/ -e s/aarch64/arm64/)
for needed in "$cache/kafka" "$cache/apicurio" "node_modules/node-linux-$arch/bin/node" "node_modules/@chdb/lib-linux-$arch-gnu"; do
  [ -e "$needed" ] || { echo "$needed is missing: run npm start or npm test once, which fetch it" >&2; exit 1; }
done

if wanted hilo-base:debian; then
  echo 'building Debian'
  # Debootstrap older than the suite lacks a script of that name; they are all the same.
  debootstrap --variant=minbase "$suite" "$context/debian" "$mirror" /usr/share/debootstrap/scripts/sid >"$context/log" ||
    { tail -5 "$context/log" >&2; exit 1; }
  rm -rf "$context/debian"/var/cache/apt/archives/*.deb "$context/debian"/var/lib/apt/lists/*
  # A mirror may be a snapshot that is older than the suite's files say they are good for.
  echo 'Acquire::Check-Valid-Until "false";' >"$context/debian/etc/apt/apt.conf.d/90snapshot"
  tar -C "$context/debian" -c . | docker import - hilo-base:debian >/dev/null
  rm -rf "$context/debian"
fi

recipes=infra/docker/base
if wanted node:24-slim; then
  echo 'fetching npm'
  npm install --silent --no-audit --no-fund --prefix "$context/npm" npm@11 >/dev/null
  build node:24-slim node "node_modules/node-linux-$arch/bin/node" "$context/npm/node_modules/npm" /etc/ssl/certs/ca-certificates.crt
fi
build hilo-base:java java
build apache/kafka:4.3.1 kafka "$cache/kafka" "$recipes/kafka-run.sh" infra/embedded/log4j2.properties
build apicurio/apicurio-registry-mem:2.6.13.Final registry "$cache/apicurio"
build postgres:18 postgres "$recipes/postgres-entrypoint.sh"
build haproxy:3.2 haproxy
if wanted clickhouse/clickhouse-server:26.7; then
  mkdir -p "$context/clickhouse/node_modules/@chdb" "$context/clickhouse/node_modules/@yuuang"
  cp -a "node_modules/@chdb/lib-linux-$arch-gnu" "$context/clickhouse/node_modules/@chdb/"
  cp -a node_modules/@yuuang/ffi-rs-linux-"$arch"-gnu "$context/clickhouse/node_modules/@yuuang/"
  cp -a node_modules/ffi-rs "$context/clickhouse/node_modules/"
  # The program and what it shares with the embedded server lie to each other as they do here.
  mkdir -p "$context/clickhouse/docker/base" "$context/clickhouse/embedded"
  echo '{ "type": "module" }' >"$context/clickhouse/package.json"
  cp "$recipes"/clickhouse-{front,server,tls}.ts "$context/clickhouse/docker/base/"
  cp infra/embedded/{clickhouse-confinement,clickhouse-engine,clickhouse-users,landlock}.ts "$context/clickhouse/embedded/"
  build clickhouse/clickhouse-server:26.7 clickhouse "$context/clickhouse" "$recipes/clickhouse-entrypoint.sh"
fi
docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}'
