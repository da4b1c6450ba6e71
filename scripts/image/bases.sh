#!/usr/bin/env bash
# Makes substitutes for the images that the Dockerfile builds on, if none can be pulled: bases.sh STORE
#
# They bear the names in the Dockerfile and hold what the real ones hold, out of Debian's packages and Node's builds as npm
# has them. Existing ones are kept. Needs root, debootstrap, npm, podman. Prints the name of each substitute.
# Debian's packages come from the mirror in this machine's apt sources, or from DEBIAN_MIRROR if that is set.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 STORE" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
engine=("$here/engine.sh" "$1")
dockerfile=$here/../../Dockerfile

# The first FROM is the builder's base, the second one the image's.
mapfile -t names < <(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$dockerfile")
builder=${names[0]} final=${names[1]}
suite=$(sed -n 's/.*:[0-9]*-\([a-z]*\)-slim$/\1/p' <<<"$builder")
major=$(sed -n 's/.*:\([0-9]*\)-.*/\1/p' <<<"$builder")

"${engine[@]}" podman image exists "$builder" && "${engine[@]}" podman image exists "$final" && exit

# Prints the mirror that apt takes the machine's own release from.
own_mirror() {
  local release
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  apt-get indextargets --format '$(REPO_URI)' "Release: $release" 'Component: main' 'Created-By: Packages' | head -n 1
}

mirror=${DEBIAN_MIRROR:-$(own_mirror)}
[ -n "$mirror" ] || { echo "$0: found no Debian mirror in apt's sources; set DEBIAN_MIRROR" >&2; exit 1; }

work=$(mktemp -d "$1/bases.XXXXXX")
trap 'rm -rf "$work"' EXIT
debs=$work/debs
libraries=(base-files ca-certificates gcc-14-base libc6 libgcc-s1 libgomp1 libssl3t64 libstdc++6 libzstd1 media-types
  netbase tzdata zlib1g)

# Debian's smallest root, unpacked and not configured, which is all that a build needs; with Node and npm where the official
# builds have them. The packages of the other substitute are fetched too.
make_builder() {
  local root=$work/builder include
  include=$(IFS=,; echo "${libraries[*]}")
  debootstrap --foreign --variant=minbase --include="$include" "$suite" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  # In a container debootstrap leaves a link to itself where /proc has to be mounted.
  rm -rf "$root/debootstrap" "$root/proc"
  mkdir "$root/proc"
  mv "$root/var/cache/apt/archives" "$debs"
  unpack "$root" gcc-14-base libgcc-s1 libstdc++6
  # Like the slim images.
  rm -rf "$root"/usr/share/{doc,info,locale,man}
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  npm_package "node-linux-$(node -p process.arch)@$major"
  install -D -m 755 "$work/package/bin/node" "$root/usr/local/bin/node"
  npm_package npm@11
  mkdir -p "$root/usr/local/lib/node_modules"
  mv "$work/package" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
}

# Unpacks Debian packages that are in $debs into the tree $1.
unpack() {
  local root=$1 package
  shift
  for package in "$@"; do
    dpkg-deb --fsys-tarfile "$debs/${package}"_*.deb | tar -x --keep-directory-symlink -C "$root"
  done
}

# Fetches an npm package into $work/package.
npm_package() {
  local file
  rm -rf "$work/package"
  file=$(cd "$work" && npm pack --silent "$1")
  tar -xzf "$work/$file" -C "$work"
}

# What distroless takes from Debian for Node: libraries and data, no program.
make_final() {
  local root=$work/final directory
  # The links first: what is unpacked after them lands under /usr.
  for directory in bin lib lib64 sbin; do
    mkdir -p "$root/usr/$directory"
    ln -s "usr/$directory" "$root/$directory"
  done
  unpack "$root" "${libraries[@]}"
  mkdir -p "$root/etc/ssl/certs" "$root/home/nonroot" "$root/tmp"
  chmod 1777 "$root/tmp"
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  local nologin=/sbin/nologin
  echo "root:x:0:0:root:/root:$nologin
nobody:x:65534:65534:nobody:/nonexistent:$nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:$nologin" >"$root/etc/passwd"
  printf '%s\n' root:x:0: nobody:x:65534: nonroot:x:65532: >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  find "$root/usr/bin" "$root/usr/sbin" -mindepth 1 -delete
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  rm -rf "$root/usr/share/ca-certificates" "$root/usr/share/man" "$root/etc/update-motd.d"
  install -D -m 755 "$work/builder/usr/local/bin/node" "$root/nodejs/bin/node"
}

# The tree $1 as the image $2, with what the real one has set: the other arguments.
import() {
  local root=$1 name=$2 changes=()
  shift 2
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$root" -c . >"$work/image.tar"
  "${engine[@]}" podman import --quiet "${changes[@]}" "$work/image.tar" "$name" >/dev/null
  rm "$work/image.tar"
  echo "$name"
}

make_builder
make_final
import "$work/builder" "$builder" 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' 'CMD ["node"]'
import "$work/final" "$final" 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' 'ENTRYPOINT ["/nodejs/bin/node"]'
