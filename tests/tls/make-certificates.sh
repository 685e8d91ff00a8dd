#!/bin/bash
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make-certificates.sh FOLDER: the certificates of these tests, each NAME.pem with its key NAME.key.
set -eu

cd "$1"
umask 077

key ()
{
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
}

# authority NAME SUBJECT
authority ()
{
  key "$1"
  openssl req -x509 -new -key "$1.key" -out "$1.pem" -days 30 -subj "/CN=$2" \
          -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign
}

# issue NAME AUTHORITY SUBJECT-ALTERNATIVE-NAMES START END
issue ()
{
  key "$1"
  openssl req -new -key "$1.key" -out "$1.csr" -subj "/CN=$1"
  mkdir -p "$1.ca"
  : >"$1.ca/index"
  cat >"$1.ca/conf" <<EOT
[ca]
default_ca = own
[own]
database = $1.ca/index
new_certs_dir = $1.ca
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
basicConstraints = CA:false
subjectAltName = $3
EOT
  openssl ca -batch -notext -config "$1.ca/conf" -cert "$2.pem" -keyfile "$2.key" \
          -startdate "$4" -enddate "$5" -in "$1.csr" -out "$1.pem"
  rm -r "$1.ca" "$1.csr"
}

# day OFFSET: as openssl wants it.
day ()
{
  date -u -d "$1 days" +%Y%m%d%H%M%SZ
}

{
  authority ca "Authority of the tests"
  authority other-ca "Another authority"

  issue good ca DNS:localhost,IP:127.0.0.1 "$(day -1)" "$(day 30)"
  issue expired ca DNS:localhost,IP:127.0.0.1 "$(day -30)" "$(day -1)"
  issue future ca DNS:localhost,IP:127.0.0.1 "$(day 10)" "$(day 30)"
  issue wrong-host ca DNS:broker.example,IP:192.0.2.1 "$(day -1)" "$(day 30)"
  issue client ca DNS:client.example "$(day -1)" "$(day 30)"
  issue other-client other-ca DNS:client.example "$(day -1)" "$(day 30)"
  cat client.pem client.key >client-both.pem

  key self-signed
  openssl req -x509 -new -key self-signed.key -out self-signed.pem -days 30 -subj /CN=self-signed \
          -addext subjectAltName=DNS:localhost,IP:127.0.0.1

  # The pins as somebody else computes them.
  for name in good expired self-signed client; do
    printf 'sha256/%s' "$(openssl x509 -in "$name.pem" -noout -pubkey \
      | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | openssl base64 -A)" \
      >"$name.pin"
  done

  : >empty.pem
  printf 'no certificate\n' >text.pem
} >log 2>&1 || { cat log >&2; exit 1; }
