# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by tests/run and examples/quickstart: where things are, what is installed, where to build.
# shellcheck shell=bash

# Another python3 or meson may be first in the caller's PATH; ours are the distribution's.
PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
export PATH LC_ALL=C.UTF-8

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
lib=$top/tests/lib
asks=true # whether sudo may ask for a password

build_packages=(gcc libc6-dev meson ninja-build pkgconf libglib2.0-dev libgirepository1.0-dev)
run_packages=(mosquitto python3-gi)
test_packages=(mosquitto-clients g++ binutils valac clang-format gjs gi-docgen openssl glib-networking dbus
  libgtk-4-dev gir1.2-gtk-4.0 xvfb xauth libssl-dev libmosquitto-dev libpaho-mqtt-dev golang-go
  ca-certificates)

say ()
{
  printf '== %s\n' "$*"
}

die ()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# --- Packages. ---

missing_packages ()
{
  local package

  for package; do
    case $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) in
      installed) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

# Prints how to become root, a word a line; fails if there is no way.
root_words ()
{
  if [ "$(id -u)" = 0 ]; then
    printf 'env\n'
  elif sudo -n true 2>/dev/null; then
    printf 'sudo\n-n\n'
  elif $asks && [ -t 0 ] && command -v sudo >/dev/null; then
    printf 'sudo\n'
  else
    return 1
  fi
}

# Installs those of the packages named that are missing. Ends the script with 2 if it cannot.
need_packages ()
{
  local missing words log

  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "No apt here: taking it for granted that you have what these packages hold: $*"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0

  if ! words=$(root_words); then
    printf 'Some packages are missing, and installing them needs root. Please run\n' >&2
    printf '  apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 2
  fi
  mapfile -t words <<<"$words"

  say "Installing ${missing[*]}"
  log=$(mktemp)
  if ! "${words[@]}" sh "$lib/install-packages" "${missing[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    printf 'The installation failed, see above. What is needed:\n' >&2
    printf '  apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 2
  fi
  rm -f "$log"
  case " ${missing[*]} " in
    *' mosquitto '*)
      [ ! -d /run/systemd/system ] ||
        say "The mosquitto service was not started; at the next boot it will be, unless you disable it"
      ;;
  esac
}

# --- Build folders. ---

# Whether a folder is this user's own, or could be made one. Root building in a user's folder would
# leave files there that the user can neither write nor remove, and the other way round.
is_mine ()
{
  local folder=$1

  while [ ! -e "$folder" ]; do
    folder=$(dirname "$folder")
  done
  [ -d "$folder" ] && [ -O "$folder" ] && [ -w "$folder" ]
}

# Sets build_root.
choose_build_root ()
{
  local name

  name=$(printf '%s' "$top" | cksum | cut -d ' ' -f 1)
  build_root=$top/build
  if ! is_mine "$build_root"; then
    build_root=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/mqttc-glib/$name
  fi
  if ! is_mine "$build_root"; then
    build_root=${TMPDIR:-/tmp}/mqttc-glib-$(id -u)/$name
    mkdir -p -m 700 "$(dirname "$build_root")"
    is_mine "$build_root" || die "no folder to build in: $build_root is not mine"
  fi
  mkdir -p "$build_root"
  # What the tests fetch is fetched once for all builds.
  export MQTTC_TEST_CACHE=$build_root/cache
}

quietly ()
{
  local log=$build_root/log

  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "failed: $*"
  fi
}

# configure NAME MESON-OPTIONS...: sets dir, a build folder that was set up in exactly this way.
configure ()
{
  local setup

  dir=$build_root/$1
  shift
  setup="$top $(meson --version) $*"
  if [ "$(cat "$dir/setup" 2>/dev/null)" != "$setup" ]; then
    rm -rf "$dir"
    quietly meson setup --prefix "$build_root/prefix" --libdir lib "$@" "$dir" "$top"
    printf '%s\n' "$setup" >"$dir/setup"
  fi
}

# Builds in dir. The scanner of the introspection data runs a program of its own, which frees nothing.
build ()
{
  ASAN_OPTIONS=detect_leaks=0 quietly ninja -C "$dir"
}
