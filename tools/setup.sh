#!/bin/sh
# ./x setup [build] [test] [bench] [package] [image]: installs what is missing of tools/packages/<group>.txt. Says first what it will
# install; does nothing when all is there.
#
# Everything is Debian bookworm's except libraft 0.22.1, which only the bookworm-backports suite has. That suite is
# served by the same archive as bookworm itself, so its address is taken from this machine's own apt sources, whatever
# mirror they name, and it is pinned so that nothing but libraft can come from it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
release=bookworm
suite=$release-backports
raft_version=0.22.1
sources=/etc/apt/sources.list.d/batata-backports.sources
pins=/etc/apt/preferences.d/batata-backports
policy=/usr/sbin/policy-rc.d

say() { echo "setup: $*"; }
die() {
  echo "setup: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# missing PACKAGE...: those that are not installed.
missing() {
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' | tr '\n' ' ')
  for package in "$@"; do
    case " $installed" in
      *" $package "*) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

has_raft() {
  case $(dpkg-query -W -f '${db:Status-Status} ${Version}' libraft-dev 2>/dev/null) in
    "installed $raft_version"-*) return 0 ;;
    *) return 1 ;;
  esac
}

# serving CODENAME ORIGIN: a line "repository-address sources-file" for each apt source that has this suite. The origin
# keeps out foreign repositories that use Debian's code names.
serving() {
  # shellcheck disable=SC2016  # apt fills these in
  apt-get indextargets --format '$(REPO_URI) $(SOURCESENTRY)' \
    'Created-By: Packages' 'Component: main' "Codename: $1" "Origin: $2" | sed 's/:[0-9]*$//' | sort -u
}

# keyring_of FILE: the key file a sources file names (either style), else the one Debian installs.
keyring_of() {
  key=$(sed -n -e 's/^[Ss]igned-[Bb]y:[[:space:]]*\(\/[^[:space:]]*\).*/\1/p' \
    -e 's/^deb .*signed-by=\(\/[^] ,]*\).*/\1/p' "$1" | head -n 1)
  echo "${key:-/usr/share/keyrings/debian-archive-keyring.gpg}"
}

pin() {
  printf 'Package: %s\nPin: release n=%s\nPin-Priority: %s\n\n' "$1" "$suite" "$2"
}

# Makes the suite known to apt. Where the machine's owner already uses it, only libraft's priority is added: other
# packages may have been chosen from it on purpose.
add_backports() {
  theirs=$(serving "$suite" "Debian Backports" | grep -v " $sources\$" || true)
  if [ -n "$theirs" ]; then
    pin "libraft-dev libraft0" 990 | as_root tee "$pins" >/dev/null
    return
  fi
  found=$(serving "$release" Debian | head -n 1)
  [ -n "$found" ] || die "no apt source of this machine serves Debian $release, so $suite cannot be found"
  {
    echo "# libraft $raft_version for batata; $pins keeps everything else of this suite away."
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "${found%% *}" "$suite"
    printf 'Signed-By: %s\n' "$(keyring_of "${found#* }")"
  } | as_root tee "$sources" >/dev/null
  { pin '*' -1; pin "libraft-dev libraft0" 990; } | as_root tee "$pins" >/dev/null
  apt update
}

# Runs a command while no package may start a service: a benchmark's nginx or etcd must not occupy a port of this
# machine, now or after the next boot.
without_services() {
  if [ -e "$policy" ]; then "$@"; return; fi
  trap 'as_root rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  "$@"
  as_root rm -f "$policy"
  trap - EXIT
}

disable_services() {
  [ -d /run/systemd/system ] || return 0
  for service in nginx etcd slapd mariadb prometheus; do
    case " $1 " in
      *" $service-"* | *" $service "*) as_root systemctl --quiet disable "$service" ;;
    esac
  done
}

[ $# -gt 0 ] || set -- build
lists=
for group in "$@"; do
  [ -f "$here/packages/$group.txt" ] || die "no group '$group'; there are: $(cd "$here/packages" && echo *.txt | sed 's/\.txt//g')"
  lists="$lists $here/packages/$group.txt"
done
# shellcheck disable=SC2046,SC2086  # lists and package names contain no spaces
{
  command -v dpkg-query >/dev/null || die "this is no Debian system; install what tools/packages/*.txt name by hand"
  needed=$(missing $(cat $lists | sed 's/#.*//'))
}
if [ -z "$needed" ] && has_raft; then
  exit 0
fi

# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
[ "$codename" = "$release" ] || die "batata is built on Debian $release; this is $codename. Missing: $needed"
[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || die "needs root or sudo to install: $needed"

[ -z "$needed" ] || say "will install from Debian $release: $needed"
has_raft || say "will install from $suite: libraft-dev $raft_version (adds $sources and $pins)"
apt update || say "apt-get update reported errors; going on with what it found"
if ! has_raft; then
  add_backports
  needed="$needed libraft-dev"
fi
# shellcheck disable=SC2086
without_services apt install -y --no-install-recommends $needed
disable_services "$needed"
has_raft || die "libraft-dev $raft_version is needed, but $suite gave $(dpkg-query -W -f '${Version}' libraft-dev)"
say "done"
