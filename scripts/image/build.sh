#!/usr/bin/env bash
# Builds the Dockerfile without a Docker engine, on the substitutes of bases.sh: build.sh STORE [TAG]
#
# Needs root and buildah. npm inside gets this machine's settings for npm (registry, certificates) as mounted files, which
# never become part of an image.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 STORE [TAG]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
store=$(mkdir -p "$1" && cd "$1" && pwd)
version=$(node -p "require('$root/package.json').version")
tag=${2:-postgres-manager:$version}

umask 077
npmrc=$store/npmrc
trap 'rm -f "$npmrc"' EXIT
{
  cat "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" 2>/dev/null || true
  echo "registry=$(npm config get registry 2>/dev/null)"
} >"$npmrc"
volumes=(--volume "$npmrc:/root/.npmrc:ro")
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  echo 'cafile=/tmp/extra-ca.crt' >>"$npmrc"
  volumes+=(--volume "$NODE_EXTRA_CA_CERTS:/tmp/extra-ca.crt:ro")
fi

# Docker's format, because OCI's own has no HEALTHCHECK.
"$here/engine.sh" "$store" buildah build --format docker --isolation chroot --network host --pull-never \
  --build-arg "VERSION=$version" "${volumes[@]}" --tag "$tag" "$root"
