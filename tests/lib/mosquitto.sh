# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced: a Mosquitto of our own, on a free port of the loopback interface, in a folder of its own.
# A service of the system on port 1883 is left alone.
# shellcheck shell=bash

free_port ()
{
  /usr/bin/python3 - <<'PYTHON'
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1])
PYTHON
}

mosquitto_is_up ()
{
  local i

  for ((i = 0; i < 100; i++)); do
    kill -0 "$mosquitto_pid" 2>/dev/null || return 1
    grep -q ' running$' "$mosquitto_folder/log" && return 0
    sleep 0.1
  done
  return 1
}

# Sets mosquitto_port, mosquitto_pid and mosquitto_folder. The caller has stop_mosquitto in a trap.
start_mosquitto ()
{
  local try

  command -v mosquitto >/dev/null || die "there is no mosquitto; Debian has it in the package mosquitto"
  mosquitto_folder=$(mktemp -d)
  for try in 1 2 3 4 5; do
    mosquitto_port=$(free_port)
    # As root it would become the user mosquitto, who cannot enter this folder.
    cat >"$mosquitto_folder/conf" <<CONF
listener $mosquitto_port 127.0.0.1
allow_anonymous true
user $(id -un)
CONF
    : >"$mosquitto_folder/log"
    mosquitto -c "$mosquitto_folder/conf" >>"$mosquitto_folder/log" 2>&1 &
    mosquitto_pid=$!
    if mosquitto_is_up; then
      return
    fi
    # Somebody else may have taken the port in between.
    kill "$mosquitto_pid" 2>/dev/null || true
    wait "$mosquitto_pid" 2>/dev/null || true
  done
  cat "$mosquitto_folder/log" >&2
  die "mosquitto does not start ($try tries), see above"
}

stop_mosquitto ()
{
  if [ -n "${mosquitto_pid:-}" ]; then
    kill "$mosquitto_pid" 2>/dev/null || true
    wait "$mosquitto_pid" 2>/dev/null || true
    mosquitto_pid=
  fi
  if [ -n "${mosquitto_folder:-}" ]; then
    rm -rf "$mosquitto_folder"
    mosquitto_folder=
  fi
}
