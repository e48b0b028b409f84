#!/bin/sh
# Makes the certificates of docker-compose.secured.yml in the folder of the secrets: an authority (stores_ca, and its key, which
# nothing mounts), and what it signs. Existing ones stay: to renew one, remove its file and run this again.
set -eu
folder=${1:?usage: make-certificates.sh FOLDER}
days=825
cd "$folder"
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -s stores_ca ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=Hilo stores' -keyout stores_ca.key -out stores_ca \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>"$work/said" ||
    { cat "$work/said" >&2; exit 1; }
fi

# sign NAME USE ALTERNATIVE-NAMES: a key and a certificate whose common name is NAME, as $work/NAME.key and $work/NAME.pem.
sign() {
  {
    echo 'basicConstraints=critical,CA:FALSE'
    echo 'keyUsage=critical,digitalSignature'
    echo "extendedKeyUsage=$2"
    [ -z "$3" ] || echo "subjectAltName=$3"
  } >"$work/$1.ext"
  {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr"
    openssl x509 -req -in "$work/$1.csr" -CA stores_ca -CAkey stores_ca.key -set_serial "0x$(openssl rand -hex 16)" \
      -days "$days" -sha256 -extfile "$work/$1.ext" -out "$work/$1.pem"
  } 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
}

# pair FILE NAME USE ALTERNATIVE-NAMES: FILE_key and FILE_certificate, unless they are there.
pair() {
  [ -s "$1_key" ] && [ -s "$1_certificate" ] || {
    sign "$2" "$3" "$4"
    mv "$work/$2.key" "$1_key"
    mv "$work/$2.pem" "$1_certificate"
  }
}
# Names under which containers, and programs of this machine, reach a server.
names() { echo "DNS:$1,DNS:localhost,IP:127.0.0.1"; }

# The broker is also a client, of itself.
[ -s kafka_keystore ] || {
  sign kafka serverAuth,clientAuth "$(names kafka)"
  cat "$work/kafka.key" "$work/kafka.pem" >kafka_keystore
}
for user in admin monitor; do pair "kafka_$user" "$user" clientAuth ''; done
# A service answers HTTPS with its certificate, and all stores know it by the common name.
for service in ingestion identity profile segmentation activation history console; do
  pair "${service}_tls" "hilo_$service" serverAuth,clientAuth "$(names "$service")"
done
# The owner of PostgreSQL, ClickHouse and the registry; the user that reads PostgreSQL's own figures; and for tools that read
# ClickHouse as `reader`.
pair setup hilo clientAuth ''
pair clickhouse_reader hilo_reader clientAuth ''
pair postgres_monitor hilo_monitor clientAuth ''
for server in postgres clickhouse registry prometheus grafana postgres-exporter kafka-exporter; do
  pair "$(echo "$server" | tr - _)" "$server" serverAuth "$(names "$server")"
done
[ -s registry_tls ] || {
  sign registry-proxy serverAuth "$(names registry-proxy)"
  cat "$work/registry-proxy.pem" "$work/registry-proxy.key" >registry_tls
}
# What the load balancer shows to the outside: put your own here, which browsers trust.
[ -s front_tls ] || {
  sign localhost serverAuth "$(names localhost)"
  cat "$work/localhost.pem" "$work/localhost.key" >front_tls
}
# The containers' users read what is mounted; only the folder's owner can enter the folder.
chmod 644 stores_ca kafka_keystore ./*_certificate ./*_key ./*_tls
