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

# Asks as the owner of the stores of docker-compose.secured.yml, who has a certificate.
ask_secured() {
  curl --fail --silent --show-error --cacert "$secrets/stores_ca" --cert "$secrets/setup_certificate" --key "$secrets/setup_key" "$@"
}

# Runs a statement of ClickHouse's owner.
clickhouse() {
  if is_secured; then
    ask_secured --header 'X-ClickHouse-User: hilo' --header 'X-ClickHouse-SSL-Certificate-Auth: on' https://localhost:4124 --data "$1"
  else
    curl --fail --silent --show-error --user "hilo:$(cat "$secrets/clickhouse_password")" http://127.0.0.1:4123 --data "$1"
  fi
}

# Removes what BACKUP wrote, or RESTORE read, in the volume of this container of ClickHouse. By a container of its own: in one that
# may gain no privileges, root can do no more than its user.
remove_backup() {
  docker run --rm --user 0 --network none --volumes-from "$1" --entrypoint rm "$(docker inspect -f '{{.Image}}' "$1")" \
    -rf /var/lib/clickhouse/backups/hilo
}

# Asks the registry's API: with docker-compose.secured.yml by its proxy.
registry() {
  local path=$1
  shift
  if is_secured; then
    ask_secured "https://localhost:4443$path" "$@"
  else
    curl --fail --silent --show-error "http://127.0.0.1:4081$path" "$@"
  fi
}
