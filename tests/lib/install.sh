#!/bin/bash
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the library to a prefix and uses it from there, outside the tree: in C by pkg-config, in
# Python by the typelib, in Vala by the vapi. Then builds it as a subproject of another project.
set -euo pipefail

# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/lib/mosquitto.sh
. "$lib/mosquitto.sh"

choose_build_root
prefix=$build_root/prefix
folder=$(mktemp -d)

stop_everything ()
{
  stop_mosquitto
  rm -rf "$folder"
}

installed_pkg_config ()
{
  PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config "$@" mqttc-glib-1
}

install_library ()
{
  rm -rf "$prefix"
  quietly meson install -C "$build_root/plain" --no-rebuild
}

use_from_c ()
{
  local flags

  cp "$top"/examples/c/{publish,subscribe}.c "$folder"
  read -ra flags <<<"$(installed_pkg_config --cflags --libs)"
  gcc -Wall -Werror -o publish publish.c "${flags[@]}"
  gcc -Wall -Werror -o subscribe subscribe.c "${flags[@]}"
  ./publish --retain --qos 1 "$uri" installed/c 'from C'
  [ "$(./subscribe --count 1 "$uri" installed/c)" = 'installed/c from C' ]
}

use_from_python ()
{
  cp "$top"/examples/python/{publish,subscribe}.py "$folder"
  /usr/bin/python3 publish.py --retain --qos 1 "$uri" installed/python 'from Python'
  [ "$(/usr/bin/python3 subscribe.py --count 1 "$uri" installed/python)" \
    = 'installed/python from Python' ]
}

use_from_vala ()
{
  local flags

  cat >message.vala <<'VALA'
int main () {
  var message = new Mqttc.Message.text ("home/desk", "on");
  message.set_qos (Mqttc.Qos.AT_LEAST_ONCE);
  print ("%s %s\n", message.get_topic (), message.get_text ());
  return 0;
}
VALA
  valac --ccode --vapidir "$prefix/share/vala/vapi" --pkg mqttc-glib-1 message.vala
  read -ra flags <<<"$(installed_pkg_config --cflags --libs)"
  gcc -w -o message message.c "${flags[@]}"
  [ "$(./message)" = 'home/desk on' ]
}

use_as_subproject ()
{
  mkdir -p project/subprojects
  ln -s "$top" project/subprojects/mqttc-glib
  cat >project/meson.build <<'MESON'
project('user', 'c', meson_version: '>= 1.0.1')
mqttc = dependency('mqttc-glib-1', fallback: 'mqttc-glib',
  default_options: ['introspection=disabled', 'vapi=disabled', 'tests=disabled', 'examples=disabled'])
executable('publish', 'publish.c', dependencies: mqttc)
MESON
  cp publish.c project
  env -u PKG_CONFIG_PATH meson setup --wrap-mode=forcefallback project/build project
  ninja -C project/build publish
  env -u LD_LIBRARY_PATH project/build/publish --qos 1 "$uri" subproject it-works
}

# step WORDS FUNCTION
step ()
{
  local status=0

  printf '   %s\n' "$1"
  # Not as a condition: in one, the shell would go on after errors.
  ("$2") >log 2>&1 &
  wait $! || status=$?
  if [ "$status" -ne 0 ]; then
    cat log >&2
    die "$1: failed"
  fi
}

trap stop_everything EXIT
trap 'exit 1' INT TERM HUP

cd "$folder"
install_library
start_mosquitto
uri=mqtt://localhost:$mosquitto_port
export LD_LIBRARY_PATH=$prefix/lib GI_TYPELIB_PATH=$prefix/lib/girepository-1.0
step 'C, by pkg-config' use_from_c
step 'Python, by the typelib' use_from_python
step 'Vala, by the vapi' use_from_vala
step 'a meson subproject' use_as_subproject
