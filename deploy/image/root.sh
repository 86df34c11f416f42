#!/bin/sh
# root.sh PACKAGE.deb DIRECTORY: makes the files of an image in DIRECTORY: the program, every library that it is linked
# with or opens when it needs it, the authorities of TLS, and an account. For the system that it runs on, which must have
# what the package depends on.
set -eu

[ $# -eq 2 ] || { echo "usage: root.sh PACKAGE.deb DIRECTORY" >&2; exit 2; }
package=$1
root=$2

unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
dpkg-deb --extract "$package" "$unpacked"
install -D -m 755 "$unpacked/usr/bin/batata" "$root/usr/bin/batata"
install -D -m 644 "$unpacked/usr/share/doc/batata/copyright" "$root/usr/share/doc/batata/copyright"

# Libraries that are opened by name stand in the program as text.
opened=$(strings -a "$root/usr/bin/batata" | grep -xE 'lib[a-z0-9.-]+\.so\.[0-9]+' | sort -u)
[ -n "$opened" ] || { echo "root.sh: the program opens no library any more: look for their names anew" >&2; exit 1; }
paths="$root/usr/bin/batata"
for name in $opened; do
  path=$(ldconfig -p | awk -v name="$name" '$1 == name { print $NF; exit }')
  [ -n "$path" ] || { echo "root.sh: $name is not installed" >&2; exit 1; }
  paths="$paths $path"
done

# The closure of all of them, each under the name by which it is asked for.
# shellcheck disable=SC2086  # several paths
{
  for path in $paths; do [ "$path" = "$root/usr/bin/batata" ] || echo "$path"; done
  ldd $paths | awk '$2 == "=>" { print $3 } $1 ~ /^\/.*ld-linux/ { print $1 }'
} | sort -u | while read -r path; do
  install -D -m 755 "$(readlink -f "$path")" "$root$path"
done

mkdir -p "$root/etc/ssl" "$root/usr/lib/ssl" "$root/app/conf" "$root/proc" "$root/dev" "$root/sys"
cp -rL /etc/ssl/certs "$root/etc/ssl/certs"
ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
echo "batata:x:10001:10001::/var/lib/batata:/usr/sbin/nologin" >"$root/etc/passwd"
echo "batata:x:10001:" >"$root/etc/group"
echo "hosts: files dns" >"$root/etc/nsswitch.conf"
mkdir -p "$root/var/lib"
install -d -m 700 "$root/var/lib/batata"
install -d -m 1777 "$root/tmp"
