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

# Asks the registry's API: with docker-compose.secured.yml by its proxy, as its operator.
registry() {
  local path=$1
  shift
  # `grep -q` would stop at the proxy, and a list that nobody reads to its end counts as failed.
  if $compose config --services | grep -x registry-proxy >/dev/null; then
    curl --fail --silent --show-error --cacert "$secrets/stores_ca" \
      --user "operator:$(cat "$secrets/registry_operator_password")" "https://localhost:4443$path" "$@"
  else
    curl --fail --silent --show-error "http://127.0.0.1:4081$path" "$@"
  fi
}
