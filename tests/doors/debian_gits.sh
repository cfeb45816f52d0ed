#!/bin/sh
# Unpacks the gits of other Debian releases below a folder, beside the installed one, for the tests of the doors:
#   sh tests/doors/debian_gits.sh /opt/gits trixie sid && LATEST_GUARD_GITS=/opt/gits python -m pytest tests/doors
# Needs Debian, apt, patchelf and the archive's keyring. Each git gets its own C library, so nothing is installed.
set -eu
to=$1
shift
for release; do
  work=$to/.$release
  rm -rf "$work" "${to:?}/$release"
  mkdir -p "$work/lists/partial" "$work/cache" "$work/packages" "$to/$release"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $release main" >"$work/sources.list"
  set -- -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$work/lists" \
    -o "Dir::Cache=$work/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root
  apt-get "$@" update
  (cd "$work/packages" && apt-get "$@" download git libc6 zlib1g libpcre2-8-0 >/dev/null)
  for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$to/$release"; done
  rm -rf "$work"
  libraries=$(dirname "$(find "$to/$release/usr/lib" -name 'libc.so.6' | head -n 1)")
  loader=$(find "$libraries" -name 'ld-linux*' | head -n 1)
  find "$to/$release/usr/lib/git-core" -type f | while read -r file; do
    patchelf --print-interpreter "$file" >/dev/null 2>&1 || continue
    patchelf --set-interpreter "$loader" --set-rpath "$libraries" "$file"
  done
  GIT_EXEC_PATH=$to/$release/usr/lib/git-core "$to/$release/usr/lib/git-core/git" --version
done
