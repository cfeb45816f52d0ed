#!/bin/sh
# Unpacks Debian's docker-buildx into a folder, for the tests that ask it what its files say:
#   sh tests/debian_buildx.sh .cache/buildx && LATEST_GUARD_BUILDX=.cache/buildx/docker-buildx python -m pytest tests/test_bake_judge.py
# Needs Debian, apt and the archive's keyring. The program needs nothing beside it, so nothing is installed.
set -eu
mkdir -p "$1"
to=$(cd "$1" && pwd)
work=$to/.work
rm -rf "$work" "$to/docker-buildx"
mkdir -p "$work/lists/partial" "$work/cache"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$work/sources.list"
set -- -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$work/lists" \
  -o "Dir::Cache=$work/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root
apt-get "$@" update
(cd "$work" && apt-get "$@" download docker-buildx >/dev/null)
dpkg-deb -x "$work"/docker-buildx_*.deb "$work/unpacked"
cp "$work/unpacked/usr/libexec/docker/cli-plugins/docker-buildx" "$to/docker-buildx"
rm -rf "$work"
"$to/docker-buildx" version
