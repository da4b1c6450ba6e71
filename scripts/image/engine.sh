#!/usr/bin/env bash
# Runs buildah or podman on a store of its own: engine.sh STORE COMMAND [ARGUMENT …]
#
# Containers, images and settings are in the directory STORE and nowhere else, so that neither the machine's own ones
# nor its configuration matter, and remove.sh leaves nothing behind. Nothing is ever fetched from a registry.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 STORE COMMAND [ARGUMENT …]" >&2; exit 2; }
mkdir -p "$1"
store=$(cd "$1" && pwd)
shift

export CONTAINERS_CONF=$store/containers.conf
export CONTAINERS_STORAGE_CONF=$store/storage.conf
export CONTAINERS_REGISTRIES_CONF=$store/registries.conf
export TMPDIR=$store/tmp

if [ ! -e "$CONTAINERS_CONF" ]; then
  mkdir -p "$TMPDIR"
  : >"$CONTAINERS_REGISTRIES_CONF"
  cat >"$CONTAINERS_STORAGE_CONF" <<TOML
[storage]
driver = "overlay"
graphroot = "$store/images"
runroot = "$store/run"
TOML
  # No systemd, and limits that work inside a container too.
  cat >"$CONTAINERS_CONF.new" <<TOML
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"

[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime = "runc"
static_dir = "$store/podman"
tmp_dir = "$store/run/podman"
volume_path = "$store/volumes"
TOML
  mv "$CONTAINERS_CONF.new" "$CONTAINERS_CONF"
fi

exec "$@"
