#!/bin/bash
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds the library for the prefix /usr, and looks whether all lands where the distribution looks by
# itself. Then installs it to a prefix outside the tree and uses it from there: in C by pkg-config, in
# Python and JavaScript by the typelib and the overrides, in Vala by the vapi. Then builds it as a
# subproject of another project.
set -euo pipefail

# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/lib/mosquitto.sh
. "$lib/mosquitto.sh"

choose_build_root
folder=$(mktemp -d)
prefix=$folder/prefix

stop_everything ()
{
  stop_mosquitto
  rm -rf "$folder"
}

installed_pkg_config ()
{
  PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config "$@" mqttc-glib-1
}

build_for_usr ()
{
  meson setup --prefix /usr -Dtests=disabled -Dexamples=disabled -Ddocs=disabled build "$top"
  ninja -C build
  DESTDIR=$folder/root meson install -C build --no-rebuild
}

# Prints the folders in which they look when no variable tells them of others.
distribution_folders ()
{
  # The C library knows this one.
  pkg-config --variable=libdir glib-2.0
  env -u GI_TYPELIB_PATH -u PYTHONPATH /usr/bin/python3 - <<'PYTHON'
import gi
gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository
print(*GIRepository.Repository.get_search_path(), *__import__("gi.overrides").overrides.__path__, sep="\n")
PYTHON
  env -u GJS_PATH -u XDG_DATA_DIRS gjs -c '
const {GLib} = imports.gi;
for (const folder of imports.searchPath)
    print(GLib.build_filenamev([folder, "overrides"]));
for (const folder of GLib.get_system_data_dirs())
    print(GLib.build_filenamev([folder, "vala", "vapi"]));'
}

# Each file must be in one of them.
check_usr ()
{
  local file found

  build_for_usr
  distribution_folders >folders
  for file in libmqttc-glib-1.so.0 Mqttc-1.typelib Mqttc.py Mqttc.js mqttc-glib-1.vapi; do
    found=$(find root -name "$file" -printf '/%P\n')
    [ -n "$found" ] || die "not installed: $file"
    grep -qxF "${found%/*}" folders || die "$file is in ${found%/*}, where nobody looks"
  done
}

install_library ()
{
  meson configure --prefix "$prefix" --libdir lib build
  ninja -C build
  meson install -C build --no-rebuild
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
  cat >talk.py <<'PYTHON'
import sys
import gi
gi.require_version("Mqttc", "1")
from gi.repository import Mqttc

async def talk(uri):
    async with Mqttc.Client(uri) as client:
        await client.publish_async(Mqttc.Message("installed/python", b"from Python", qos=1, retain=True))
        async for message in client.messages("installed/python"):
            print(message.topic, message.payload.decode())
            break

Mqttc.run(talk(sys.argv[1]))
PYTHON
  [ "$(/usr/bin/python3 talk.py "$uri")" = 'installed/python from Python' ]
}

use_from_javascript ()
{
  cat >talk.js <<'JAVASCRIPT'
import Mqttc from 'gi://Mqttc?version=1';

const client = new Mqttc.Client({uri: ARGV[0]});
await client.open_async();
await client.publish_text_async('installed/js', 'from JavaScript', Mqttc.Qos.AT_LEAST_ONCE, true);
for await (const message of client.messages('installed/js')) {
    print(message.topic, message.text);
    break;
}
await client.close_async();
JAVASCRIPT
  [ "$(gjs -m talk.js "$uri")" = 'installed/js from JavaScript' ]
}

use_from_vala ()
{
  cat >talk.vala <<'VALA'
async void talk (string uri) throws Error {
	var client = new Mqttc.Client.for_uri (uri);
	var subscription = new Mqttc.Subscription ("installed/vala", Mqttc.Qos.AT_LEAST_ONCE);
	subscription.pulled = true;
	yield client.open_async (null);
	yield client.subscribe_async (subscription, null);
	yield client.publish_text_async ("installed/vala", "from Vala", Mqttc.Qos.AT_LEAST_ONCE, false, null);
	var message = yield subscription.next_async (null);
	print ("%s %s\n", message.topic, message.text);
	assert (client.last_error == null);
	yield client.close_async (null);
}

int main (string[] args) {
	var main_loop = new MainLoop ();
	talk.begin (args[1], (object, result) => {
		try {
			talk.end (result);
		} catch (Error error) {
			printerr ("%s\n", error.message);
		}
		main_loop.quit ();
	});
	main_loop.run ();
	return 0;
}
VALA
  # valac asks pkg-config what the compiler needs.
  PKG_CONFIG_PATH=$prefix/lib/pkgconfig valac --fatal-warnings --vapidir "$prefix/share/vala/vapi" \
    --pkg mqttc-glib-1 -X -Werror=discarded-qualifiers -o talk talk.vala
  [ "$(./talk "$uri")" = 'installed/vala from Vala' ]
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
step 'in /usr, where the distribution looks' check_usr
step 'in a prefix of its own' install_library
start_mosquitto
uri=mqtt://localhost:$mosquitto_port
export LD_LIBRARY_PATH=$prefix/lib GI_TYPELIB_PATH=$prefix/lib/girepository-1.0
# Where the overrides of any prefix that is not the distribution's are looked for.
export PYTHONPATH=$prefix/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1
export XDG_DATA_DIRS=$prefix/share:/usr/local/share:/usr/share
unset GJS_PATH
step 'C, by pkg-config' use_from_c
step 'Python, by the typelib and the override' use_from_python
step 'JavaScript, by the typelib and the override' use_from_javascript
step 'Vala, by the vapi' use_from_vala
step 'a meson subproject' use_as_subproject
