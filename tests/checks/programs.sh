#!/bin/bash
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds and runs the programs of the README, on a Mosquitto of its own. TAP.
#
# programs.sh BUILD-FOLDER CC...
set -eu

build=$1
shift
cc=("$@")
# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=tests/lib/mosquitto.sh
. "$lib/mosquitto.sh"

export GI_TYPELIB_PATH=$build/mqttc-glib LD_LIBRARY_PATH=$build/mqttc-glib
export PYTHONPATH=$top/mqttc-glib/bindings PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
python=/usr/bin/python3
examples=$top/examples
cases=0
failures=0
pid=
folder=$(mktemp -d)

stop_everything ()
{
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  stop_mosquitto
  rm -rf "$folder"
}

# check NAME COMMAND...: a test case.
check ()
{
  local name=$1

  shift
  cases=$((cases + 1))
  if "$@" >"$folder/output" 2>&1; then
    printf 'ok %d %s\n' "$cases" "$name"
  else
    failures=$((failures + 1))
    printf 'not ok %d %s\n' "$cases" "$name"
    sed 's/^/# /' "$folder/output"
  fi
}

# The programs of the README name localhost, where the broker of the tests has another port.
adapt ()
{
  sed "s|mqtt://localhost|mqtt://localhost:$mosquitto_port|" "$1" >"$2"
  ! cmp -s "$1" "$2"
}

compile ()
{
  local flags

  read -ra flags <<<"$(pkg-config --cflags --libs gio-2.0)"
  "${cc[@]}" -Wall -Werror -o "$2" "$1" -I"$top/mqttc-glib" -I"$build/mqttc-glib" \
    -L"$build/mqttc-glib" -lmqttc-glib-1 "${flags[@]}"
}

# hears COMMAND...: it prints a message that comes while it runs.
hears ()
{
  local i status=1

  # Emptied before, not by the background job, which may come late.
  : >"$folder/heard"
  "$@" >>"$folder/heard" 2>&1 &
  pid=$!
  # Nobody says when it has subscribed, so the message comes until it is heard.
  for ((i = 0; i < 60 && status; i++)); do
    "$build/examples/c/publish" --qos 1 "$uri" home/desk/lamp on || break
    sleep 0.2
    ! grep -qx 'home/desk/lamp on' "$folder/heard" || status=0
    kill -0 "$pid" || break
  done
  kill "$pid" || true
  wait "$pid" || true
  pid=
  cat "$folder/heard"
  return "$status"
}

trap stop_everything EXIT
trap 'exit 1' INT TERM HUP

start_mosquitto
uri=mqtt://localhost:$mosquitto_port
check 'the C program of the README is adapted' adapt "$examples/c/readme.c" "$folder/readme.c"
check 'the C program of the README compiles' compile "$folder/readme.c" "$folder/readme"
check 'the C program of the README prints messages' hears "$folder/readme"
check 'the Python program of the README is adapted' \
      adapt "$examples/python/readme.py" "$folder/readme.py"
check 'the Python program of the README prints messages' hears "$python" "$folder/readme.py"

printf '1..%d\n' "$cases"
[ "$failures" -eq 0 ]
