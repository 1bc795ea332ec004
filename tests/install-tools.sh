#!/usr/bin/env bash
# Bring the tools the tests talk to, where they are missing: Chromium from Debian, grpcurl by the Go toolchain.
# What cannot be had is said; its tests are then skipped, or fail where CI=true.
set -uo pipefail
cd "$(dirname "$0")/.."
as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo -n"

if ! command -v chromium >/dev/null; then
  echo "installing chromium for the browser tests"
  $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium >/dev/null ||
    echo "chromium is missing and cannot be installed from here: sudo apt-get install chromium" >&2
fi
if ! command -v grpcurl >/dev/null && [ ! -x .venv/bin/grpcurl ]; then
  echo "building grpcurl for the interoperability tests"
  command -v go >/dev/null || $as_root apt-get install -y -qq golang-go >/dev/null || true
  GOBIN="$PWD/.venv/bin" GOFLAGS=-mod=mod go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4 ||
    echo "grpcurl is missing and cannot be built from here: it needs the Go toolchain" >&2
fi
exit 0
