"""Commands that run the command in their arguments, and images that are tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Runner
from latest_guard.catalog.strings import HOLE, cut, partition, split, veiled
from latest_guard.values import plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

#: The command that a package brings, where it has another name.
COMMANDS = {
    "@changesets/cli": "changeset",
    "@dotenvx/dotenvx": "dotenvx",
    "lerna-lite": "lerna",
    "@lerna-lite/cli": "lerna",
    "semver-tool": "semver-tool",
}

#: What follows a package's name where it is asked for in a version: `@7` of npm, `==1.0`, `[extra]` and the like of Python.
VERSION_SIGNS = "@=<>~![;"

#: Commands of the catalog that packages of a project bring: `yarn semver`, `pnpm lerna publish`.
BINARIES = options("semver lerna changeset semantic-release release-it np nx turbo compare-versions semver-compare cross-env dotenv")

#: Images whose entry point is a tool of the catalog: the name's last component, and the command.
TOOL_IMAGES = {
    "crane": "crane",
    "gcrane": "gcrane",
    "skopeo": "skopeo",
    "regctl": "regctl",
    "oras": "oras",
    "executor": "executor",
    "ko": "ko",
    "buildah": "buildah",
    "goreleaser": "goreleaser",
    "goreleaser-cross": "goreleaser",
    "hub-tool": "hub-tool",
    "aws-cli": "aws",
    "rclone": "rclone",
    "semver": "semver",
    "cosign": "cosign",
    "kaniko": "executor",
    "latest-guard": "latest-guard",
}

#: What the gate is called where it runs in a container that does not get GitHub's files, and cannot write the step's outputs.
GATE, CONTAINED_GATE = "latest-guard", "latest-guard@container"


def behind(words: Sequence[Str], valued: Collection[str] = (), subcommands: Sequence[str] = ()) -> list[Str]:
    """What stands behind the leading options (and the subcommands, in order): the inner command's words."""
    at, wanted = 0, list(subcommands)
    while at < len(words):
        seen = veiled(words[at])
        if seen == "--" and not wanted:
            return list(words[at + 1 :])
        if seen.startswith("-") and len(seen) > 1:
            at += 2 if seen in valued else 1
        elif wanted and seen == wanted[0]:
            wanted.pop(0)
            at += 1
        else:
            break
    return list(words[at:])


def _inner(valued: str = "", subcommands: str = "", skip: int = 0) -> Callable[[Arguments], Sequence[Str] | None]:
    """Words behind options, subcommands and `skip` words of its own."""
    return lambda arguments: behind(arguments.words, options(valued), subcommands.split())[skip:] or None


def _plainly(arguments: Arguments) -> Sequence[Str] | None:
    """`command [-p] name …`; with `-v` or `-V` it only asks where the command is."""
    if arguments.words and veiled(arguments.words[0])[:2] in ("-v", "-V"):
        return None
    return behind(arguments.words) or None


def _counted(valued: str) -> Callable[[Arguments], Sequence[Str] | None]:
    """Words behind options and bare numbers: `retry 3 command`."""

    def inner(arguments: Arguments) -> Sequence[Str] | None:
        rest = behind(arguments.words, options(valued))
        while rest and (plain(rest[0]) or "").rstrip("smh").isdigit():
            rest = rest[1:]
        return rest or None

    return inner


def _assigned(arguments: Arguments) -> Sequence[Str] | None:
    """`env NAME=value command`."""
    rest = behind(arguments.words, options("-u --unset -C --chdir -S --split-string"))
    while rest and partition(rest[0], "=") is not None and not veiled(rest[0]).startswith(("=", "/")):
        rest = rest[1:]
    return rest or None


def _package(valued: str, subcommands: str = "") -> Callable[[Arguments], Sequence[Str] | None]:
    """`npx [options] package[@version] …`: the package's command."""

    def inner(arguments: Arguments) -> Sequence[Str] | None:
        called = arguments.value("-c", "--call")
        if called is not None:
            return split(called, " \n")
        rest = behind(arguments.words, options(valued), subcommands.split())
        return [_command(rest[0]), *rest[1:]] if rest else None

    return inner


def _command(word: Str) -> Str:
    seen = veiled(word)
    name = seen[: next((at for at, sign in enumerate(seen) if at and sign in VERSION_SIGNS), len(seen))]
    if HOLE in name:
        return cut(word, 0, len(name))
    return text(COMMANDS.get(name, name.rpartition("/")[2]), next((piece.span for piece in word), None))


def _binary(arguments: Arguments) -> Sequence[Str] | None:
    """`yarn semver …`: a command that a package of the project brings."""
    rest = behind(arguments.words, options("--cwd -C --dir --filter -F"))
    return rest if rest and (plain(rest[0]) or "") in BINARIES else None


DOCKER_RUN = options(
    "-e --env --env-file --entrypoint -v --volume --mount -u --user -w --workdir --name --network --net --platform --pull -p "
    "--publish --add-host -l --label -m --memory --cpus --hostname -h --device --cap-add --cap-drop --security-opt --tmpfs "
    "--ulimit --gpus --shm-size --ipc --pid --restart --log-driver --log-opt --cidfile --dns --expose --link --volumes-from "
    "--group-add --userns --authfile --runtime --stop-signal"
)


def _contained(arguments: Arguments) -> Sequence[Str] | None:
    """`docker run [options] image command …`."""
    rest = behind(arguments.words, DOCKER_RUN, ["container", "run"] if plain(arguments.words[0]) == "container" else ["run"])
    if not rest:
        return None
    entry = arguments.value("--entrypoint")
    if entry:
        return [entry, *rest[1:]]
    seen = veiled(rest[0]).partition("@")[0]
    parts = seen.split("/")
    names = [parts[-1].partition(":")[0], *parts[-2:-1]]
    tool = next((TOOL_IMAGES[name] for name in names if name in TOOL_IMAGES), None)
    if tool == GATE and not any(veiled(value).startswith("GITHUB_OUTPUT") for value in arguments.values("-e", "--env")):
        tool = CONTAINED_GATE
    if tool is not None and (len(rest) < 2 or plain(rest[1]) != tool):
        return [text(tool), *rest[1:]]
    first = veiled(rest[1]) if len(rest) > 1 else ""
    return None if first.startswith("-") or first in ("", "version") else rest[1:]


def _r(name: str, inner: Callable[[Arguments], Sequence[Str] | None], *lines: str, valued: frozenset[str] = frozenset()) -> Runner:
    """A runner whose name is its command line's beginning (tools that are alike are joined by `|`)."""
    at = lines.index("not")
    tools, *words = name.split()
    return Runner(name, tuple(tools.split("|")), tuple(words), inner, valued, lines[:at], lines[at + 1 :])


NPX = "-p --package -w --workspace --cache --registry --prefix"

RUNNERS = (
    _r("command", _plainly, "command docker push o/r", "command -p docker push o/r", "not", "command -v docker", "command"),
    _r(
        "sudo|doas",
        _inner("-u -g -p -C -h -r -t -T -D -R --user --group"),
        "sudo -E docker push o/r",
        "sudo -u x -- docker push o/r",
        "not",
        "sudo -v",
    ),
    _r("env", _assigned, "env A=b docker push o/r", "env -i -u X PATH=/bin make", "not", "env", "env A=b"),
    _r(
        "time|nohup|setsid|unbuffer|chronic|exec|xvfb-run|caffeinate|catchsegv",
        _inner(),
        "time docker push o/r",
        "not",
        "time",
    ),
    _r("timeout|gtimeout", _inner("-k -s --kill-after --signal", skip=1), "timeout -k 5 10m docker push o/r", "not", "timeout 5"),
    _r(
        "nice|ionice|stdbuf|chrt|taskset",
        _inner("-n -c -p -i -o -e"),
        "nice -n 10 docker build .",
        "stdbuf -oL docker push o/r",
        "not",
        "nice",
    ),
    _r("flock", _inner("-w -E --timeout", skip=1), "flock -w 5 /tmp/lock docker push o/r", "not", "flock /tmp/lock"),
    _r(
        "retry",
        _counted("-t -d -n -s -m --times --delay --max-attempts --until --tries"),
        "retry -t 3 -- docker push o/r",
        "not",
        "retry",
    ),
    _r(
        "npx|pnpx|bunx",
        _package(NPX),
        "npx -y semver@7 $A $B",
        "npx --yes @changesets/cli publish",
        "npx -p semver semver $A",
        "not",
        "npx",
        "npx --version",
    ),
    _r("npm|pnpm exec", _package(NPX, "exec"), "npm exec -- semver $A", "pnpm exec lerna publish", "not", "npm exec"),
    _r("npm x", _package(NPX, "x"), "npm x -- semver $A", "not", "npm x"),
    _r("pnpm|yarn dlx", _package("-p --package", "dlx"), "pnpm dlx semver $A $B", "yarn dlx -q semver $A", "not", "yarn dlx"),
    _r("bun x", _package("-p --package", "x"), "bun x semver $A", "not", "bun x"),
    _r("yarn exec", _inner("", "exec"), "yarn exec lerna publish", "not", "yarn exec"),
    _r("yarn|pnpm", _binary, "yarn semver $A $B", "pnpm lerna publish", "not", "yarn build", "pnpm publish", "yarn"),
    _r(
        "corepack",
        lambda a: behind(a.words) if a.texts()[:1] in (["yarn"], ["pnpm"], ["npm"]) else None,
        "corepack pnpm publish",
        "not",
        "corepack enable",
    ),
    _r(
        "poetry|uv|pipenv|rye|pdm|hatch run",
        _inner("--with --python -p --project --directory --extra --group", "run"),
        "poetry run mike deploy 1 latest",
        "uv run --with mike mike deploy 1",
        "not",
        "uv run",
    ),
    _r("uvx", _package("--from --with --python -p"), "uvx mike deploy 1 latest", "uvx latest-guard@0.1.0 gate $V", "not", "uvx"),
    _r("uv tool run", _package("--from --with --python -p", "tool run"), "uv tool run mike deploy 1 latest", "not", "uv tool install mike"),
    _r(
        "pipx run",
        _package("--spec --python", "run"),
        "pipx run mike deploy 1 latest",
        "pipx run latest-guard==0.1.0 gate $V",
        "not",
        "pipx run",
    ),
    _r("bundle exec", _inner("", "exec"), "bundle exec rake release", "not", "bundle exec"),
    _r(
        "doppler|op run",
        _inner("-p -c --project --config --env-file --command", "run"),
        "doppler run -- npm publish",
        "op run --env-file x -- npm publish",
        "not",
        "op run",
    ),
    _r("mise|asdf|devbox exec", _inner("", "exec"), "mise exec -- goreleaser release", "not", "mise exec"),
    _r("mise x", _inner("", "x"), "mise x -- npm publish", "not", "mise x"),
    _r("dotenv|cross-env|dotenvx|env-cmd", _assigned, "dotenv -- npm publish", "cross-env A=b npm publish", "not", "dotenv"),
    _r("dotnet tool run", _inner("", "tool run"), "dotnet tool run minver", "not", "dotnet tool run"),
    _r("nix develop", lambda a: _nix(a, "-c", "--command"), "nix develop -c docker push o/r", "not", "nix develop"),
    _r(
        "nix shell",
        lambda a: _nix(a, "-c", "--command"),
        "nix shell nixpkgs#skopeo -c skopeo copy docker://a docker://b",
        "not",
        "nix shell",
    ),
    _r(
        "nix-shell",
        lambda a: split(a.value("--run", "--command") or (), " ") or None,
        "nix-shell '--run=docker push o/r'",
        "not",
        "nix-shell",
    ),
    _r(
        "docker|podman|nerdctl run",
        _contained,
        "docker run --rm -v a:b alpine sh -c 'docker push o/r'",
        "docker run quay.io/skopeo/stable:v1 copy docker://a docker://b",
        "docker run --entrypoint sh x -c y",
        "docker run gcr.io/go-containerregistry/crane cp a b",
        "not",
        "docker run alpine",
        "docker run",
        "docker run o/r:latest --version",
        valued=DOCKER_RUN,
    ),
    _r(
        "docker|podman container run",
        _contained,
        "docker container run -it alpine sh",
        "not",
        "docker container run alpine",
        valued=DOCKER_RUN,
    ),
    _r(
        "docker|podman exec",
        _inner("-e --env -w --workdir -u --user --env-file", "exec", 1),
        "docker exec -u root c docker push o/r",
        "not",
        "docker exec c",
    ),
    _r(
        "docker compose run",
        _inner("-f -e -v -u -w --name --entrypoint -p --profile --env-file", "compose run", 1),
        "docker compose run --rm app make release",
        "not",
        "docker compose run app",
    ),
    _r(
        "docker-compose run",
        _inner("-f -e -v -u -w --name --entrypoint -p", "run", 1),
        "docker-compose run --rm app make release",
        "not",
        "docker-compose run app",
    ),
    _r("kubectl exec", lambda a: _dashed(a), "kubectl exec pod -- docker push o/r", "not", "kubectl exec pod"),
    _r("aws-vault exec", lambda a: _dashed(a), "aws-vault exec x -- aws s3 cp a s3://b/latest", "not", "aws-vault exec x"),
)


def _dashed(arguments: Arguments) -> Sequence[Str] | None:
    """What stands behind `--`."""
    seen = [plain(word) for word in arguments.words]
    return (list(arguments.words[seen.index("--") + 1 :]) or None) if "--" in seen else None


def _nix(arguments: Arguments, *flags: str) -> Sequence[Str] | None:
    seen = [plain(word) for word in arguments.words]
    at = next((seen.index(flag) for flag in flags if flag in seen), None)
    return (list(arguments.words[at + 1 :]) or None) if at is not None else None
