#!/bin/bash
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the two commands of the README in a bare Debian 12, as root and as a user. Needs root.
#
# The mounts live in a mount namespace and the processes in a process namespace: both end with this
# script, however it ends, so nothing can be left behind in the chroot when it is removed.
set -euo pipefail

# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

release=bookworm
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mqttc-glib/fresh
base=$cache/$release.tar
checkout=/srv/mqttc-glib

# The mirror that this machine has its own packages from, or else Debian's.
mirror ()
{
  local site

  # shellcheck disable=SC2016
  site=$(apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' 2>/dev/null |
           awk -v release="$release" '$1 == release { print $2; exit }') || true
  printf '%s\n' "${site:-http://deb.debian.org/debian}"
}

make_base ()
{
  mkdir -p "$cache/archives"
  [ ! -e "$base" ] || return 0
  say "Making $base"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase "$release" "$root" "$(mirror)" >"$cache/log" 2>&1 || {
    tail -n 30 "$cache/log" >&2
    die "debootstrap failed"
  }
  # How this machine reaches its mirror, proxies for example, holds inside as well.
  apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/90outside" || true
  rm -f "$root"/var/cache/apt/archives/*.deb
  tar -C "$root" -cf "$base.new" .
  mv "$base.new" "$base"
  rm -rf --one-file-system "$root"
}

unpack ()
{
  say "Unpacking it, and the last commit, in $root"
  mkdir -p "$root"
  tar -C "$root" -xf "$base"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  # Whom this machine trusts: its way to what the tests fetch may be through somebody of its own.
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/usr/local/share/ca-certificates/outside.crt"
  fi
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  mkdir -p "$root$checkout"
  git -c safe.directory='*' -C "$top" archive HEAD | tar -C "$root$checkout" -xf -
}

mount_inside ()
{
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  # Packages are downloaded once.
  mkdir -p "$root/var/cache/apt/archives"
  mount --bind "$cache/archives" "$root/var/cache/apt/archives"
}

# inside COMMAND...: with an environment as bare as the system.
inside ()
{
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb chroot "$root" "$@" </dev/null
}

# step STATUS FOLDER USER COMMAND: it must end with that status.
step ()
{
  local wanted=$1 folder=$2 user=$3 command=$4 start=$SECONDS status=0 words=()

  [ "$user" = root ] || words=(setpriv --reuid "$user" --regid "$user" --init-groups
                               env HOME="/home/$user")
  say "$user in $folder: $command"
  inside "${words[@]}" sh -c "cd $folder && $command" >"$root.log" 2>&1 || status=$?
  if [ "$status" -ne "$wanted" ]; then
    tail -n 200 "$root.log" >&2
    die "ended with $status, not $wanted"
  fi
  tail -n 1 "$root.log" | sed 's/^/   /'
  printf '   %d s\n' $((SECONDS - start))
}

nothing_runs ()
{
  # This /proc shows the processes of this namespace alone.
  ! grep -qx mosquitto "$root"/proc/[0-9]*/comm || die "a mosquitto was left running"
}

run_commands ()
{
  mount_inside
  inside useradd --create-home --shell /bin/sh somebody

  # Neither root nor sudo: the line to type, and 2.
  step 2 /home/somebody somebody "$checkout/examples/quickstart"
  grep -q 'apt-get install .*mosquitto' "$root.log" || die "no line to install the packages"
  step 2 / somebody "$checkout/tests/run"

  step 0 "$checkout" root examples/quickstart
  nothing_runs
  step 0 "$checkout" root tests/run
  step 0 / root "$checkout/examples/quickstart"
  step 0 /tmp root "$checkout/tests/run"
  step 0 /home/somebody somebody "$checkout/examples/quickstart"
  step 0 "$checkout" somebody tests/run
  nothing_runs
}

if [ "${1:-}" = --in-namespace ]; then
  root=$2
  run_commands
  exit
fi

clean_up ()
{
  # Its child dies with it, and everything in the namespace with its child.
  if [ -n "$namespace" ]; then
    kill -KILL "$namespace" 2>/dev/null || true
    wait "$namespace" 2>/dev/null || true
  fi
  rm -rf --one-file-system "$root" "$root.log"
}

mkdir -p "$cache"
namespace=
root=$(mktemp -d "$cache/root.XXXXXX")
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
chmod 755 "$root"
make_base
unpack
unshare --mount --propagation private --pid --fork --kill-child \
        bash "$lib/fresh.sh" --in-namespace "$root" &
namespace=$!
wait "$namespace"
