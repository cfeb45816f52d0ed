# Git has no hook for `git tag`. It runs this one for every change of any ref, in several states, so what is no tag being made
# leaves as early as can be, and with builtins alone: a fork here would be paid a thousand times by one fetch.
lines=
finish() {
  if [ -n "$lines" ]; then "$next" "$@" <"$lines"; fi
  exit
}
if [ -x "$next" ]; then
  if [ "${1-}" != prepared ]; then exec "$next" "$@"; fi
  lines=$(mktemp) || exec "$next" "$@"
  trap 'rm -f "$lines"' EXIT
  cat >"$lines"
  exec <"$lines"
elif [ "${1-}" != prepared ]; then
  exit 0
fi

# The first line that makes a tag; a caller that has read it already gives it in our arguments.
old=${2-} new=${3-} ref=${4-}
while [ -z "$ref" ] && read -r old new ref; do
  case $ref in refs/tags/*) ;; *) ref= ;; esac
  case $new in *[!0]*) ;; *) ref= ;; esac
done
if [ -z "$ref" ]; then finish "$@"; fi

# gc and pack-refs look exactly like creation, fetch and clone only bring what others made: the command line tells them apart.
# `read` cannot keep the NULs in it apart, so its words come glued together, and some shells stop at the first. That is
# enough to see that it cannot be `tag` or `update-ref`; what is not clear (a newline makes `read` succeed) is looked at below.
parent=git
if [ -r "/proc/$PPID/cmdline" ] && IFS= read -r parent <"/proc/$PPID/cmdline"; then parent=git; fi
case $parent in *--tags*) parent=${parent%%--tags*}${parent#*--tags} ;; esac
case $parent in
  git | */git | *tag* | *update-ref* | *receive-pack*) ;;
  *) finish "$@" ;;
esac

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
@GUARD@

find_subcommand
case $subcommand in
  tag | update-ref) ;;
  receive-pack) if [ "$door" != backstop ] || judged_by_pre_receive; then finish "$@"; fi ;;
  *) finish "$@" ;;
esac
latest_guard "$door" "$old" "$new" "$ref" || exit 1
finish "$@"
