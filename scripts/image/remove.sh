#!/usr/bin/env bash
# Ends and removes every container and image of a store, and the store itself: remove.sh STORE
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 STORE" >&2; exit 2; }
[ -e "$1/containers.conf" ] || { echo "$0: $1 is no store of engine.sh" >&2; exit 2; }
engine=("$(dirname "${BASH_SOURCE[0]}")/engine.sh" "$1")

"${engine[@]}" podman rm --all --force --time 0 >/dev/null
"${engine[@]}" podman rmi --all --force >/dev/null
# The overlay driver keeps its directory mounted on itself.
umount "$1/images/overlay" 2>/dev/null || true
rm -rf "$1"
