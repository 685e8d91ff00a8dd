# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by run and guard: an optimised build of the library and of the programs here.
# shellcheck shell=bash

# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

# Sets programs, the folder they are in.
build_programs ()
{
  need_packages "${build_packages[@]}" valgrind binutils openssl glib-networking util-linux libssl-dev libmosquitto-dev \
    libpaho-mqtt-dev
  choose_build_root
  say "Building in $build_root/release"
  configure release --werror --buildtype=release -Dtests=enabled -Dintrospection=enabled -Dvapi=disabled \
    -Ddocs=disabled -Dexamples=disabled
  quietly ninja -C "$dir" "$@"
  programs=$dir/tests/benchmarks
}
