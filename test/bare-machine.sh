#!/usr/bin/env bash
# Proves that `npm test` and `npm run demo` are the whole set-up: makes a minimal Debian 12 in a folder, puts
# Node, npm and a clean clone of the current commit into it and nothing else, and runs both there; the demo
# until its page shows poses in headless Chromium. Leaves a picture of that page to be looked at.
#
#   sudo test/bare-machine.sh [PICTURE.png]
#   sudo test/bare-machine.sh -- COMMAND...      runs that there in their place: npm run test:engines, say
#
# Needs root, mmdebstrap or debootstrap, git, Node and npm; 3 GB below $TMPDIR; half an hour without a GPU. Node and npm
# are this machine's own. So is what says where packages come from: npm's and apt's settings, proxies, certificates.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
if [ "${1:-}" = -- ]; then given=("${@:2}"); else given=(); picture=$(realpath -m "${1:-bare-machine.png}"); fi
suite=bookworm
folder=/root/manypose

say() { printf '\n=== %s\n' "$*"; }
need() { command -v "$1" > /dev/null || { echo "$1 is missing: apt-get install $2" >&2; exit 1; }; }

if [ "${BARE_ROOT:-}" = "" ]; then
  [ "$(id -u)" = 0 ] || { echo 'run it as root: it makes a system in a folder and mounts what that needs' >&2; exit 1; }
  command -v mmdebstrap > /dev/null || need debootstrap mmdebstrap
  need git git; need node nodejs; need npm npm; need unshare util-linux
  [ -z "$(git -C "$repository" status --porcelain)" ] || echo 'note: what is not committed is not tested' >&2
  BARE_ROOT=$(mktemp -d "${TMPDIR:-/var/tmp}/manypose-bare.XXXXXX")
  chmod 755 "$BARE_ROOT"
  export BARE_ROOT
  # In namespaces of their own mounts and processes end with the script, however it ends.
  unshare --mount --pid --fork --kill-child "$0" "$@" &
  inside=$!
  trap 'kill -KILL "$inside" 2> /dev/null || true; wait "$inside" || true; rm -rf --one-file-system "$BARE_ROOT"' EXIT
  trap 'exit 130' INT HUP TERM
  wait "$inside"
  exit
fi
root=$BARE_ROOT

# ---- a minimal system ----

# The host's sources if it is the same Debian; else Debian's own mirror.
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
  if [ -f "$file" ] && grep -qE "^[^#]*\b$suite\b" "$file" && ! grep -qE '^[^#]*ubuntu' "$file"; then sources+=("$file"); fi
done
mirror=$(cat "${sources[@]}" /dev/null | grep -v '^ *#' | grep -oE 'https?://[^ ]+' | head -n 1)
include=ca-certificates,libstdc++6 # the second for Node
say "Debian $suite, variant minbase"
start=$SECONDS
if command -v mmdebstrap > /dev/null; then
  # How to reach the sources: proxies, certificates, passwords.
  options=()
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if [ -f "$file" ] && grep -qE '^[^#/]*Acquire::' "$file"; then options+=("--aptopt=$file"); fi
  done
  mmdebstrap --quiet --mode=root --variant=minbase --include="$include" "${options[@]}" \
    --setup-hook='mkdir -p "$1/etc/apt"; cp -a /etc/apt/auth.conf* "$1/etc/apt/" 2> /dev/null || true' \
    "$suite" "$root" "${sources[@]:-http://deb.debian.org/debian}"
else
  debootstrap --variant=minbase --include="$include" "$suite" "$root" "${mirror:-http://deb.debian.org/debian}"
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if [ -f "$file" ] && grep -qE '^[^#/]*Acquire::' "$file"; then cp "$file" "$root/etc/apt/apt.conf.d/"; fi
  done
  cp -a /etc/apt/auth.conf* "$root/etc/apt/" 2> /dev/null || true
fi
du -sh "$root" | cut -f 1

# ---- Node, npm, the clone ----

copy() { mkdir -p "$root$(dirname "$2")"; cp -aL "$1" "$root$2"; }
copy "$(readlink -f "$(command -v node)")" /usr/local/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
copy "$npm" /usr/local/lib/node_modules/npm
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
setting() { (cd / && npm config get "$1"); }
for pair in userconfig:/root/.npmrc globalconfig:/usr/local/etc/npmrc; do
  file=$(setting "${pair%%:*}")
  if [ -f "$file" ]; then copy "$file" "${pair#*:}"; fi
done
for file in "$(setting cafile)" "${NODE_EXTRA_CA_CERTS:-}" "${SSL_CERT_FILE:-}" /etc/resolv.conf /etc/hosts; do
  if [ -f "$file" ]; then copy "$file" "$file"; fi
done
git clone --quiet --depth 1 "file://$repository" "$root$folder"
[ "$(git -C "$root$folder" rev-parse HEAD)" = "$(git -C "$repository" rev-parse HEAD)" ]

# ---- devices ----

# A mount point itself, so that what runs in it may make mount namespaces.
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/dev"
for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"; done
ln -s /proc/self/fd "$root/dev/fd"
for i in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${i%:*}" "$root/dev/${i#*:}"; done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"

# ---- the commands ----

passed=()
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NODE_EXTRA_CA_CERTS SSL_CERT_FILE $(compgen -e | grep -i '^npm_config_' || true); do
  case ${name,,} in npm_config_userconfig | npm_config_globalconfig | npm_config_prefix | npm_config_cache) continue ;; esac
  if [ -n "${!name:-}" ]; then passed+=("$name=${!name}"); fi
done
in_root() {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${passed[@]}" \
    sh -c "cd $folder && exec \"\$@\"" sh "$@"
}
say "a bare machine in $((SECONDS - start)) s: Node $(in_root node --version), npm $(in_root npm --version), no Chromium, font or Vulkan loader"
for file in /usr/bin/chromium /usr/share/fonts /usr/lib/*/libvulkan.so.1; do [ ! -e "$root$file" ]; done

if [ "${#given[@]}" != 0 ]; then
  say "${given[*]}"
  start=$SECONDS
  in_root "${given[@]}"
  say "${given[*]} passed in $((SECONDS - start)) s"
  exit
fi

say 'npm test (a missing GPU driver is a failure)'
start=$SECONDS
in_root env REQUIRE_WEBGPU=1 npm test
say "npm test passed in $((SECONDS - start)) s"

say 'npm run demo, without what npm test left'
rm -rf "$root$folder/node_modules" "$root$folder/dist"
start=$SECONDS
in_root npm run demo > "$root/tmp/demo.log" 2>&1 &
demo=$!
until address=$(sed 's/\x1b\[[0-9;]*m//g' "$root/tmp/demo.log" | grep -oE 'http://localhost:[0-9]+/'); do
  kill -0 "$demo" 2> /dev/null || { cat "$root/tmp/demo.log"; echo 'npm run demo ended' >&2; exit 1; }
  sleep 0.2
done
in_root node test/demo/take-picture.mjs "$address" /tmp/demo.png
cp "$root/tmp/demo.png" "$picture"
cat "$root/tmp/demo.log"
say "npm run demo shows poses after $((SECONDS - start)) s: look at $picture"
