"""Makes workflows whose scripts push an image and, behind some comparison or none, `latest`: right ones, turned ones, ones that fail open."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

IMAGE = "ghcr.io/o/r"
HEAD = """\
on: {{push: {{tags: ['v*']}}}}
concurrency: {{group: release}}
env: {{IMAGE: ghcr.io/o/r}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: 0}}
      - id: decide
        {shell}run: |
{script}
"""
SECOND = """\
      - if: {condition}
        run: docker push "$IMAGE:latest"
"""

#: The released version without its `v`.
RELEASED = (
    'V="${GITHUB_REF_NAME#v}"',
    "V=${GITHUB_REF#refs/tags/v}",
    'V=$(echo "$GITHUB_REF_NAME" | sed "s/^v//")',
    'V=$(cut -c2- <<< "$GITHUB_REF_NAME")',
    'V=$(printf "%s" "$GITHUB_REF_NAME" | tr -d v)',
    'V="${GITHUB_REF##*/}"\nV=${V#v}',
    'TAG=$GITHUB_REF_NAME\nif [[ "$TAG" == v* ]]; then V=${TAG:1}; else V=$TAG; fi',
    'read -r V <<< "${GITHUB_REF_NAME/v/}"',
    "if [[ $GITHUB_REF_NAME =~ ^v([0-9.]+)$ ]]; then V=${BASH_REMATCH[1]}; else V=$GITHUB_REF_NAME; fi",
    "V=$(awk -F/ '{print $3}' <<< \"$GITHUB_REF\")\nV=${V#v}",
)
#: Lookups of the highest version, without its `v`. The release is among git's tags, and not in the others' answers.
OWN = (
    "git tag --list 'v*' | grep -v -- - | sed 's/^v//' | sort -V | tail -n 1",
    "git tag -l 'v*' --sort=-v:refname | grep -v -e - | head -n1 | sed 's/^v//'",
    "git tag | sed -n 's/^v\\([0-9.]*\\)$/\\1/p' | sort -rV | head -1",
    "git tag | grep -E '^v[0-9]+\\.[0-9]+\\.[0-9]+$' | cut -c2- | sort -t. -k1,1n -k2,2n -k3,3n | tail -1",
    "git ls-remote --tags --refs origin | sed 's|.*refs/tags/v||' | grep -v -- - | sort -V | tail -n1",
    "git ls-remote --tags --refs origin 'v*' | cut -d/ -f3 | grep -v -- - | tr -d v | sort -V | tail -n 1",
    "git tag | grep '^v' | grep -v rc | awk '{ sub(/^v/, \"\"); print }' | sort -V | tail -n1",
    "git for-each-ref --sort=-v:refname --format='%(refname:short)' 'refs/tags/v*' | grep -v -- - | head -n 1 | sed s/v//",
)
OTHERS = (
    'docker inspect --format \'{{ index .Config.Labels "org.opencontainers.image.version" }}\' "$IMAGE:latest"',
    "crane ls \"$IMAGE\" | grep -E '^[0-9]+\\.[0-9]+\\.[0-9]+$' | sort -V | tail -n 1",
    "crane ls \"$IMAGE\" | grep '^[0-9]' | sort -rV | head -n 1",
    "gh release list --exclude-pre-releases --json tagName --jq '.[].tagName' | sed 's/^v//' | sort -V | tail -n 1",
    'curl -fsSL "https://api.github.com/repos/$GITHUB_REPOSITORY/releases/latest" | jq -r .tag_name | sed s/^v//',
)
#: A function `newer LEFT RIGHT`: 0 where LEFT is above RIGHT.
NEWER = (
    """newer() {
  local IFS=.
  local -a left=($1) right=($2)
  local i
  for i in 0 1 2; do
    if (( 10#${left[i]:-0} > 10#${right[i]:-0} )); then return 0; fi
    if (( 10#${left[i]:-0} < 10#${right[i]:-0} )); then return 1; fi
  done
  return 1
}""",
    """newer() {
  local a b c x y z
  IFS=. read -r a b c <<< "$1"
  IFS=. read -r x y z <<< "$2"
  if [ "$a" -ne "${x:-0}" ]; then [ "$a" -gt "${x:-0}" ]; return; fi
  if [ "$b" -ne "${y:-0}" ]; then [ "$b" -gt "${y:-0}" ]; return; fi
  [ "$c" -gt "${z:-0}" ]
}""",
    """newer() {
  IFS=. read -ra left <<< "$1"
  IFS=. read -ra right <<< "$2"
  for ((i = 0; i < 3; i++)); do
    [[ ${left[i]:-0} -gt ${right[i]:-0} ]] && return 0
    [[ ${left[i]:-0} -lt ${right[i]:-0} ]] && return 1
  done
  return 1
}""",
    """newer() {
  [ "$1" != "$2" ] && [ "$(printf '%s\\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]
}""",
    """newer() {
  if [[ "$1" == "$2" ]]; then return 1; fi
  local first
  first=$(printf '%s\\n%s\\n' "$1" "$2" | sort -V | head -n1)
  [[ "$first" == "$2" ]]
}""",
    """newer() { dpkg --compare-versions "$1" gt "$2"; }""",
    """number() { echo "$1" | awk -F. '{ printf "%d%03d%03d\\n", $1, $2, $3 }'; }
newer() { [ "$(number "$1")" -gt "$(number "$2")" ]; }""",
)
NOISE = (
    'echo "releasing $V"', "set -u", "ls >/dev/null", 'docker build -t "$IMAGE:$V" .', ": nothing", "count=0; for i in 1 2 3; do count=$((count + i)); done",
    'log() { echo "$*" >&2; }\nlog "here"', 'docker push "$IMAGE:$V"', 'docker tag "$IMAGE:$V" "$IMAGE:sha"', "export LC_ALL=C", 'platforms=(amd64 arm64)',
)  # fmt: skip


class Maker:
    """Writes one workflow; `random` decides."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.before: list[str] = []
        self.second = ""

    def workflow(self) -> str:
        """A workflow of one job."""
        shell = self._one("", "", "shell: bash\n        ")
        lines = [self._one("", "", "set -euo pipefail", "set -e", "set +e", "set -o pipefail")]
        lines += [self._one(*RELEASED), *self._noise(), self._lookup(), *self._noise(), self._moved()]
        lines += [*self._noise(), self._one(*[""] * 14, 'docker push "$IMAGE:latest"')]
        script = "\n".join(line for line in [*lines, "true" if self._chance(3) else ""] if line)
        return HEAD.format(shell=shell, script=indent(script, "          ")) + self.second

    def _one(self, *options: str) -> str:
        return self._random.choice(options)

    def _chance(self, count: int) -> bool:
        return self._random.randrange(count) == 0

    def _noise(self) -> list[str]:
        return [self._one(*NOISE) for _ in range(self._random.choice((0, 0, 0, 1, 1, 2)))]

    # The lookup

    def _lookup(self) -> str:
        """Lines that set `newest`."""
        self.own = self._chance(2)
        asked = self._one(*(OWN if self.own else OTHERS))
        quiet = " 2>/dev/null" if "|" not in asked and self._chance(3) else ""
        ways: list[Callable[[str], str]] = [
            lambda a: f"newest=$({a})",
            lambda a: f'newest="$({a})"',
            lambda a: f"newest=$({a} || true)",
            lambda a: f"newest=$({a}) || exit 1",
            lambda a: f"newest=$({a}) || newest=0.0.0",
            lambda a: f"if ! newest=$({a}); then\n  echo failed\n  newest={self._one('', '0.0.0', '$V')}\nfi",
            lambda a: f"highest() {{\n  {a}\n}}\nnewest=$(highest)",
            lambda a: f"found=$({a})\nnewest=${{found:-{self._one('0.0.0', '$V', '99.0.0')}}}",
            lambda a: f'mapfile -t all < <({a})\nnewest="${{all[0]:-}}"',
            lambda a: f"read -r newest < <({a}) || true",
            lambda a: f'while read -r one; do newest=$one; done <<< "$({a})"',
        ]
        line = self._random.choice(ways)(asked + quiet)
        after = ["", "", "", 'if [ -z "$newest" ]; then exit 1; fi', '[ -n "$newest" ] || exit 0', "[[ -z $newest ]] && newest=0.0.0"]
        after += ['echo "newest is $newest"', "newest=${newest#v}", ': "${newest:?not found}"', 'test -n "$newest"']
        return line + "\n" + self._one(*after)

    # The comparison

    def _condition(self) -> str:
        """A command that succeeds where `latest` is to move; sometimes it is turned round, or something else."""
        kind = self._random.randrange(12)
        if kind == 0:
            return self._one(
                "true", '[[ "$GITHUB_REF_NAME" != *-* ]]', '[ "$GITHUB_EVENT_NAME" = push ]', '[ -n "$newest" ]', "[[ $V =~ ^[0-9.]+$ ]]"
            )
        right = self._compared()
        if kind == 1:
            return self._one(f"! {right}" if not right.startswith("!") else right[2:], f'{{ [ -z "$newest" ] || {right}; }}')
        if kind == 2:
            return self._one(f"{{ {right} && true; }}", f"( {right} )", f'{{ [ -n "$newest" ] && {right}; }}', f"{{ {right} || false; }}")
        if kind == 3:
            return f"{{ [[ $V != *-* ]] && {right}; }}"
        return right

    def _compared(self) -> str:
        options = [self._sorted, self._sorted, self._home_made, self._home_made, self._dpkg]
        options += [self._equal, self._equal] if self.own else []
        made = self._random.choice(options)()
        if self._chance(8):
            made = made.replace('"$newest"', '"@"').replace('"$V"', '"$newest"').replace('"@"', '"$V"')
        return made

    def _equal(self) -> str:
        return self._one(
            '[ "$newest" = "$V" ]', '[[ "$V" == "$newest" ]]', 'test "$V" = "$newest"', '[ "v$newest" = "$GITHUB_REF_NAME" ]',
            '! [ "$newest" != "$V" ]', '[[ ! "$newest" != "$V" ]]', 'grep -qxF "$V" <<< "$newest"',
        )  # fmt: skip

    def _sorted(self) -> str:
        highest = self._one(
            'printf \'%s\\n\' "$newest" "$V" | sort -V | tail -n 1',
            'printf \'%s\\n%s\\n\' "$V" "$newest" | sort -rV | head -n1',
            'echo -e "$newest\\n$V" | sort -V | tail -1',
            'sort -V <<< "$newest"$\'\\n\'"$V" | tail -n1',
            '{ echo "$V"; echo "$newest"; } | sort --version-sort | tail -n 1',
        )
        return self._one(
            f'[ "$({highest})" = "$V" ]', f'[[ "$({highest})" == "$V" ]]', f'[ "$V" = "$({highest})" ]',
            "printf '%s\\n%s\\n' \"$newest\" \"$V\" | sort -V -C", "printf '%s\\n' \"$newest\" \"$V\" | sort -CV",
        )  # fmt: skip

    def _home_made(self) -> str:
        self.before.append(self._one(*NEWER))
        return '! newer "$newest" "$V"' if self.own or self._chance(2) else 'newer "$V" "$newest"'

    def _dpkg(self) -> str:
        return self._one(
            'dpkg --compare-versions "$V" ge "$newest"', "dpkg --compare-versions $newest le $V", '! dpkg --compare-versions "$V" lt "$newest"',
            'dpkg --compare-versions "$newest" \'<=\' "$V"',
        )  # fmt: skip

    # What it decides about

    def _moved(self) -> str:
        """Lines that push `latest`, or do not."""
        holds = self._condition()
        push = 'docker push "$IMAGE:latest"'
        ways: list[Callable[[], str]] = [
            lambda: f"if {holds}; then\n  {push}\nfi",
            lambda: f"if {holds}; then\n  {push}\nelse\n  echo older\nfi",
            lambda: f"if {self._not(holds)}; then\n  echo older\nelse\n  {push}\nfi",
            lambda: f"{holds} && {push}",
            lambda: f"{self._not(holds)} || {push}",
            lambda: f"if {self._not(holds)}; then\n  exit 0\nfi\n{push}",
            lambda: f"{holds} || exit 0\n{push}",
            lambda: f'move=false\nif {holds}; then\n  move=true\nfi\nif [ "$move" = true ]; then\n  {push}\nfi',
            lambda: f"move=true\n{holds} || move=false\n$move && {push}",
            lambda: f"move=\nif {holds}; then move=1; fi\nif [[ -n $move ]]; then {push}; fi",
            lambda: (
                f'tags=("$V")\nif {holds}; then\n  tags+=(latest)\nfi\nfor tag in "${{tags[@]}}"; do\n  docker push "$IMAGE:$tag"\ndone'
            ),
            lambda: f'all="$IMAGE:$V"\nif {holds}; then all="$all $IMAGE:latest"; fi\nfor one in $all; do docker push "$one"; done',
            lambda: (
                f'all="$V"\nif {holds}; then all="$all,latest"; fi\nIFS=, read -ra tags <<< "$all"\nfor t in "${{tags[@]}}"; do docker push "$IMAGE:$t"; done'
            ),
            lambda: f'tag=$V\nif {holds}; then tag=latest; fi\ndocker push "$IMAGE:$tag"',
            lambda: f"move_latest() {{\n  {holds} || return 0\n  {push}\n}}\nmove_latest",
            lambda: f'status=0\n{holds} || status=$?\ncase "$status" in\n  0) {push} ;;\n  *) echo older ;;\nesac',
            lambda: f'decide() {{\n  if {holds}; then echo yes; else echo no; fi\n}}\nif [ "$(decide)" = yes ]; then {push}; fi',
            lambda: f"decide() {{ {holds}; }}\nif decide; then {push}; fi",
            lambda: f'suffix=$({holds} && echo latest || echo "$V")\ndocker push "$IMAGE:$suffix"',
            lambda: f"while ! {{ {holds}; }}; do exit 0; done\n{push}",
            lambda: f"( {holds} || exit 3\n  {push} ) || echo older",
            lambda: self._step(holds),
        ]
        made = self._random.choice(ways)()
        return "\n".join([*dict.fromkeys(self.before), self._around(made)])

    def _not(self, command: str) -> str:
        return command[2:] if command.startswith("! ") else f"! {command}"

    def _around(self, made: str) -> str:
        if self._chance(8):
            return f'main() {{\n{indent(made, "  ")}\n}}\nmain "$@"'
        if self._chance(12):
            return f"if [[ $GITHUB_REF_NAME != *-rc* ]]; then\n{indent(made, '  ')}\nfi"
        return made

    def _step(self, holds: str) -> str:
        self.second = SECOND.format(
            condition=self._one("steps.decide.outputs.move == 'true'", "${{ steps.decide.outputs.move != 'false' }}")
        )
        return self._one(
            f'if {holds}; then\n  echo "move=true" >> "$GITHUB_OUTPUT"\nelse\n  echo "move=false" >> "$GITHUB_OUTPUT"\nfi',
            f'move=false\nif {holds}; then move=true; fi\necho "move=$move" >> $GITHUB_OUTPUT',
        )
