#!/usr/bin/env bash
# What action.yml runs: its inputs, which stand in the environment, as words of the command given as the first argument.
set -euo pipefail

guard=$1
words=()

# each OPTION LINES: --OPTION=LINE for every line that is not empty.
each() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then words+=("--$1=$line"); fi
  done <<<"$2"
}

# flag OPTION VALUE: --OPTION for true; anything but true and false is an error, as it was meant for one of them.
flag() {
  case $2 in
    true) words+=("--$1") ;;
    false | '') ;;
    *)
      echo "latest-guard: $1 is true or false, not ${2//[^[:print:]]/?}" >&2
      exit 2
      ;;
  esac
}

case $COMMAND in
  gate)
    each image "$IMAGES"
    each npm "$NPM"
    each pypi "$PYPI"
    each github "$GITHUB"
    each pointer "$POINTERS"
    each channel "$CHANNELS"
    flag git "$GIT"
    flag first-release "$FIRST_RELEASE"
    "$guard" gate ${words[@]+"${words[@]}"} -- "$VERSION"
    ;;
  lint)
    while IFS= read -r path; do
      if [ -n "$path" ]; then words+=("$path"); fi
    done <<<"$PATHS"
    "$guard" lint --format=github -- ${words[@]+"${words[@]}"}
    ;;
  check-tag)
    "$guard" check-tag -- "$VERSION"
    ;;
  *)
    echo "latest-guard: command is gate, lint or check-tag, not ${COMMAND//[^[:print:]]/?}" >&2
    exit 2
    ;;
esac
