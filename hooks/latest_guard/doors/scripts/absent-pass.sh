
# A local door must not lock its owner out when the package was removed: it says so once, and lets pass.
without_guard() {
  said=$(git rev-parse --git-common-dir 2>/dev/null)/latest-guard.absent-$1
  if [ ! -e "$said" ]; then
    echo "latest-guard: the guard of this door ($1) cannot be started ($python); version tags are NOT checked." >&2
    echo "latest-guard: install it again and run 'latest-guard install', or delete ${0}. This is said once." >&2
    : 2>/dev/null >"$said" || :
  fi
  return 0
}
