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

# sign NAME USE ALTERNATIVE-NAMES: a key and a certificate of it, as $work/NAME.key and $work/NAME.pem.
sign() {
  {
    echo 'basicConstraints=critical,CA:FALSE'
    echo 'keyUsage=critical,digitalSignature,keyEncipherment'
    echo "extendedKeyUsage=$2"
    [ -z "$3" ] || echo "subjectAltName=$3"
  } >"$work/$1.ext"
  {
    openssl req -newkey rsa:3072 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr"
    openssl x509 -req -in "$work/$1.csr" -CA stores_ca -CAkey stores_ca.key -set_serial "0x$(openssl rand -hex 16)" \
      -days "$days" -sha256 -extfile "$work/$1.ext" -out "$work/$1.pem"
  } 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
}

# The broker is also a client, of itself.
[ -s kafka_keystore ] || {
  sign kafka serverAuth,clientAuth DNS:kafka,DNS:localhost,IP:127.0.0.1
  cat "$work/kafka.key" "$work/kafka.pem" >kafka_keystore
}
for user in admin monitor; do
  [ -s "kafka_${user}_certificate" ] || {
    sign "$user" clientAuth ''
    mv "$work/$user.key" "kafka_${user}_key"
    mv "$work/$user.pem" "kafka_${user}_certificate"
  }
done
[ -s registry_tls ] || {
  sign registry-proxy serverAuth DNS:registry-proxy,DNS:localhost,IP:127.0.0.1
  cat "$work/registry-proxy.pem" "$work/registry-proxy.key" >registry_tls
}
# The containers' users read what is mounted; only the folder's owner can enter the folder.
chmod 644 stores_ca kafka_keystore kafka_admin_key kafka_admin_certificate kafka_monitor_key kafka_monitor_certificate registry_tls
