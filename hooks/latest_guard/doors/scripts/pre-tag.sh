# Git has no hook for `git tag`. It runs this one for every change of any ref, in several states, so leave early and
# with builtins alone: a fork here would be paid a thousand times by one fetch.
if [ "${1-}" != prepared ] && [ ! -x "$next" ]; then exit 0; fi

# The words that git was started with, glued together: `read` cannot keep the NULs between them apart.
glued_parent() {
  parent=
  if [ -r "/proc/$PPID/cmdline" ]; then IFS= read -r parent <"/proc/$PPID/cmdline" || :; fi
}

# The subcommand of the git that runs this hook, into $subcommand; empty where it cannot be known.
# A dispatcher may stand between git and us, so look a few parents up.
find_subcommand() {
  subcommand='' pid=$PPID rounds=0
  while [ "$rounds" -lt 5 ] && [ "${pid:-0}" -gt 1 ]; do
    if [ -r "/proc/$pid/cmdline" ]; then
      words=$(tr '\0\n' '\n ' <"/proc/$pid/cmdline")
    else
      words=$(ps -o args= -p "$pid" 2>/dev/null | tr ' ' '\n')
    fi
    read_subcommand "$words" && return
    pid=$(ps -o ppid= -p "$pid" 2>/dev/null || sed 's/.*) [^ ]* \([0-9]*\).*/\1/' "/proc/$pid/stat" 2>/dev/null)
    pid=${pid##* }
    rounds=$((rounds + 1))
  done
}

# $1: one word a line. Succeeds when the words are those of a git.
read_subcommand() {
  set -f
  IFS='
'
  # shellcheck disable=SC2086 # splitting at the ends of lines is the point
  set -- $1
  unset IFS
  set +f
  case ${1-} in
    git | */git | git.exe | */git.exe) shift ;;
    git-* | */git-*) subcommand=${1##*git-} && return 0 ;;
    *) return 1 ;;
  esac
  while [ $# -gt 0 ]; do
    case $1 in
      -C | -c | --git-dir | --work-tree | --namespace | --super-prefix | --config-env | --attr-source) shift ;;
      -*) ;;
      *) subcommand=$1 && return 0 ;;
    esac
    shift
  done
  return 0
}

# pre-receive leaves the number of the receive-pack that it let through in its lock.
judged_by_pre_receive() {
  judged=
  if [ -r "${GIT_DIR-}/latest-guard.lock" ]; then read -r judged <"$GIT_DIR/latest-guard.lock" || :; fi
  [ "$judged" = "$PPID" ]
}

# Reads the transaction and refuses it by exit code 1; passes everything that does not make a tag here.
# gc and pack-refs look exactly like creation, fetch and clone only bring what others made: the command line tells them apart.
judge_tags() {
  while read -r old new ref; do
    case $ref in refs/tags/*) ;; *) continue ;; esac
    case $new in *[!0]*) ;; *) continue ;; esac
    glued_parent
    case $parent in
      gitfetch* | gitclone* | gitpack-refs* | gitgc* | gitmaintenance*) return 0 ;;
      "${GIT_EXEC_PATH:-/}"/gitfetch* | "${GIT_EXEC_PATH:-/}"/gitpack-refs*) return 0 ;;
    esac
    find_subcommand
    case $subcommand in
      tag | update-ref) ;;
      receive-pack) if [ "$door" != backstop ] || judged_by_pre_receive; then return 0; fi ;;
      *) return 0 ;;
    esac
    latest_guard "$door" "$old" "$new" "$ref"
    return
  done
  return 0
}
@GUARD@
if [ ! -x "$next" ]; then
  judge_tags
  exit
fi
if [ "${1-}" != prepared ]; then exec "$next" "$@"; fi
lines=$(mktemp) || exec "$next" "$@"
trap 'rm -f "$lines"' EXIT
cat >"$lines"
judge_tags <"$lines" || exit
"$next" "$@" <"$lines"
