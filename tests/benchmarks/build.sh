# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by run and guard: an optimised build of the library and of the programs here.
# shellcheck shell=bash

# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

peer_packages=(libssl-dev libmosquitto-dev libpaho-mqtt-dev)

# build_programs TARGET...: sets programs, the folder they are in.
build_programs ()
{
  need_packages "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}" "${peer_packages[@]}" \
    valgrind
  choose_build_root
  say "Building in $build_root/release"
  configure release --werror --buildtype=release -Dtests=enabled -Dintrospection=enabled -Dvapi=disabled \
    -Ddocs=disabled -Dexamples=disabled
  quietly ninja -C "$dir" "$@"
  # shellcheck disable=SC2034
  programs=$dir/tests/benchmarks
}
