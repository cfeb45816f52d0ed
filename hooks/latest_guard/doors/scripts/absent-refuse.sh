
# A server answers for everyone: without its guard no tag gets in, while branches do.
without_guard() {
  echo "latest-guard: the guard of this server cannot be started ($python), so no tag is accepted;" >&2
  echo "latest-guard: its administrator can install it again and run 'latest-guard install server', or 'latest-guard uninstall server'." >&2
  return 1
}
