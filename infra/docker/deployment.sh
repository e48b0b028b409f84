# What scripts of a deployment by docker-compose.yml share; they read it from the root of the repository.
# COMPOSE: the compose command, `docker compose` by default. HILO_SECRETS: the folder of its secrets.
compose=${COMPOSE:-docker compose}
secrets=${HILO_SECRETS:-infra/docker/secrets-for-trial}

# Runs a command; shows its output only if it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || {
    echo "$said" >&2
    return 1
  }
}

# Whether docker-compose.secured.yml is one of the files. `grep -q` would stop at the proxy, and a list that nobody reads to its end
# counts as failed.
is_secured() { $compose config --services | grep -x registry-proxy >/dev/null; }

# Runs a statement of ClickHouse's owner: by HTTPS with docker-compose.secured.yml.
clickhouse() {
  local where=(http://127.0.0.1:4123)
  ! is_secured || where=(--cacert "$secrets/stores_ca" https://localhost:4124)
  curl --fail --silent --show-error --user "hilo:$(cat "$secrets/clickhouse_password")" "${where[@]}" --data "$1"
}

# Removes what BACKUP wrote, or RESTORE read, in the volume of this container of ClickHouse. By a container of its own: in one that
# may gain no privileges, root can do no more than its user.
remove_backup() {
  docker run --rm --user 0 --network none --volumes-from "$1" --entrypoint rm "$(docker inspect -f '{{.Image}}' "$1")" \
    -rf /var/lib/clickhouse/backups/hilo
}

# Asks the registry's API: with docker-compose.secured.yml by its proxy, as its operator.
registry() {
  local path=$1
  shift
  if is_secured; then
    curl --fail --silent --show-error --cacert "$secrets/stores_ca" \
      --user "operator:$(cat "$secrets/registry_operator_password")" "https://localhost:4443$path" "$@"
  else
    curl --fail --silent --show-error "http://127.0.0.1:4081$path" "$@"
  fi
}
