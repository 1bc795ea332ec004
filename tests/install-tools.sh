#!/usr/bin/env bash
# Bring the tools the tests talk to, where they are missing: Chromium and PostgreSQL with its extensions from Debian,
# grpcurl by the Go toolchain.
# What cannot be had is said; its tests are then skipped, or fail where CI=true.
set -uo pipefail
cd "$(dirname "$0")/.."
as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo -n"

if ! command -v chromium >/dev/null; then
  echo "installing chromium for the browser tests"
  $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium >/dev/null ||
    echo "chromium is missing and cannot be installed from here: sudo apt-get install chromium" >&2
fi
if ! compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null ||
   ! compgen -G "/usr/share/postgresql/*/extension/pg_trgm.control" >/dev/null; then
  echo "installing postgresql for the tests of its extensions"
  # The tests make clusters of their own: the one that Debian would make, start and keep is not wanted.
  only_now=/etc/postgresql-common/createcluster.d/shoal-tests.conf
  { $as_root apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq postgresql-common >/dev/null &&
    $as_root mkdir -p "${only_now%/*}" &&
    echo "create_main_cluster = false" | $as_root tee "$only_now" >/dev/null &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq postgresql postgresql-contrib >/dev/null; } ||
    echo "postgresql is missing and cannot be installed from here: apt-get install postgresql postgresql-contrib" >&2
  $as_root rm -f "$only_now"
fi
if ! command -v grpcurl >/dev/null && [ ! -x .venv/bin/grpcurl ]; then
  echo "building grpcurl for the interoperability tests"
  command -v go >/dev/null || $as_root apt-get install -y -qq golang-go >/dev/null || true
  GOBIN="$PWD/.venv/bin" GOFLAGS=-mod=mod go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4 ||
    echo "grpcurl is missing and cannot be built from here: it needs the Go toolchain" >&2
fi
exit 0
