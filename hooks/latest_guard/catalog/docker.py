"""docker, and what shares its command line: podman, nerdctl, finch; buildah. https://docs.docker.com/reference/cli/docker/"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import newest, unknown
from latest_guard.catalog.arguments import Arguments, options
from latest_guard.catalog.entries import Effect, Mover, Question, Target
from latest_guard.catalog.images import asks_pointer, condition, copied, is_private_registry, outputs_push, pushed
from latest_guard.catalog.strings import starts, truth, veiled
from latest_guard.values import Order, Str, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCKER = ("docker", "podman", "nerdctl", "finch")

GLOBAL = options(
    "--config -c --context -H --host -l --log-level --tlscacert --tlscert --tlskey --root --runroot --namespace --address "
    "--storage-driver --storage-opt --registries-conf --registries-conf-dir --userns-uid-map --userns-gid-map --cgroup-manager --runtime"
)
BUILDING = GLOBAL | options(
    "-t --tag -f --file --build-arg --platform --target --cache-from --cache-to --label --network --output -o --secret "
    "--ssh --progress --add-host --builder --iidfile --metadata-file --sbom --attest --provenance --annotation --allow "
    "--build-context --cgroup-parent --no-cache-filter --shm-size --ulimit --isolation -m --memory --cpuset-cpus "
    "--cpu-quota --creds --authfile --manifest --arch --os --format --variant --volume -v --layers --jobs --retry "
    "--squash-all --set --print --call --from --name --policy"
)
PUSHING = GLOBAL | options("--authfile --creds --cert-dir --digestfile --format -f --sign-by --compression-format --platform --retry")


def _built(arguments: Arguments) -> Sequence[Target]:
    names = arguments.values("-t", "--tag", "--manifest")
    return _exported(arguments, names)


def _exported(arguments: Arguments, names: list[Str]) -> Sequence[Target]:
    outputs = arguments.values("-o", "--output")
    exported, more = outputs_push(outputs)
    asked = condition(arguments.flag("--push"))
    if asked is None and exported is None:
        return pushed(names, Effect.NAME)
    if any(_by_digest(output) for output in outputs):
        return pushed(more)
    only_if = () if asked == () or exported == () else (asked or exported or ())
    return pushed([*names, *more], only_if=only_if)


def _by_digest(output: Str) -> bool:
    return "push-by-digest=true" in veiled(output)


def _pushed(arguments: Arguments) -> Sequence[Target]:
    if arguments.has("-a", "--all-tags"):
        return pushed(list(arguments.positionals[:1]), Effect.PUSH_ALL)
    return pushed(_destination(arguments))


def _destination(arguments: Arguments) -> list[Str]:
    """`push IMAGE`, and podman's `push IMAGE DESTINATION`."""
    last = list(arguments.positionals[:2][-1:])
    return [word for word in last if not _local_transport(word)]


def _local_transport(word: Str) -> bool:
    return any(starts(word, head) for head in ("oci:", "oci-archive:", "docker-archive:", "dir:", "docker-daemon:", "containers-storage:"))


def _tagged(arguments: Arguments) -> Sequence[Target]:
    return pushed(list(arguments.positionals[1:]), Effect.NAME)


def _second(arguments: Arguments) -> Sequence[Target]:
    return pushed(list(arguments.positionals[1:2]), Effect.NAME)


def _first_named(arguments: Arguments) -> Sequence[Target]:
    return pushed(list(arguments.positionals[:1]), Effect.NAME)


def _imagetools(arguments: Arguments) -> Sequence[Target]:
    if truth(arguments.flag("--dry-run")):
        return ()
    return copied(arguments.positionals, pushed(arguments.values("-t", "--tag")))


def _manifest_pushed(arguments: Arguments) -> Sequence[Target]:
    if arguments.has("--all") or len(arguments.positionals) > 1:
        return pushed(_destination(arguments))
    return pushed(list(arguments.positionals[:1]))


MOVERS = (
    Mover(
        "docker push",
        "docker",
        DOCKER,
        ("push",),
        _pushed,
        PUSHING,
        examples=(
            "docker push ghcr.io/o/r:latest",
            "docker push o/r",
            "docker push -a o/r",
            "docker --config x push -q o/r:latest",
            "podman push localimage docker://quay.io/o/r:latest",
        ),
        counters=(
            "docker push localhost:5000/r:latest",
            "docker push",
            "docker pull o/r:latest",
            "podman push r oci:dir:latest",
            "docker push ttl.sh/r:latest",
        ),
    ),
    Mover(
        "docker image push",
        "docker",
        DOCKER,
        ("image", "push"),
        _pushed,
        PUSHING,
        examples=("docker image push --all-tags o/r",),
        counters=("docker image prune -a",),
    ),
    Mover(
        "docker tag",
        "docker",
        DOCKER,
        ("tag",),
        _tagged,
        GLOBAL,
        examples=("docker tag o/r:1 o/r:latest",),
        counters=("docker tag o/r", "docker run tag a b"),
    ),
    Mover(
        "docker image tag",
        "docker",
        DOCKER,
        ("image", "tag"),
        _tagged,
        GLOBAL,
        examples=("docker image tag o/r:1 o/r:latest",),
        counters=("docker image ls o/r",),
    ),
    Mover(
        "docker commit",
        "docker",
        DOCKER,
        ("commit",),
        _second,
        GLOBAL | options("-m --message -a --author --change -c"),
        examples=("docker commit -m x 1a2b o/r:latest",),
        counters=("docker commit 1a2b",),
    ),
    Mover(
        "docker build",
        "docker",
        DOCKER,
        ("build",),
        _built,
        BUILDING,
        examples=("docker build -t o/r:latest .", "docker build --tag=o/r --push .", "docker build . -f x -to/r"),
        counters=("docker build .", "docker build --cache-from o/r:latest ."),
    ),
    Mover(
        "docker image build",
        "docker",
        DOCKER,
        ("image", "build"),
        _built,
        BUILDING,
        examples=("docker image build -t o/r:latest .",),
        counters=("docker image build .",),
    ),
    Mover(
        "docker builder build",
        "docker",
        DOCKER,
        ("builder", "build"),
        _built,
        BUILDING,
        examples=("docker builder build -t o/r:latest .",),
        counters=("docker builder prune",),
    ),
    *(
        Mover(
            f"docker buildx {word}",
            "docker",
            ("docker",),
            ("buildx", word),
            _built,
            BUILDING,
            examples=(
                f"docker buildx {word} --push -t o/r:1 -t o/r:latest .",
                f"docker buildx --builder b {word} . -o type=registry -t o/r",
                f"docker buildx {word} -t o/r --output type=image,push=true .",
                f"docker buildx {word} --output=type=image,name=o/r:latest,push=true .",
            ),
            counters=(
                f"docker buildx {word} --push .",
                f"docker buildx {word} -o type=image,name=o/r,push-by-digest=true,push=true .",
                "docker buildx create --name b",
                "docker buildx use b",
            ),
        )
        for word in ("build", "b")
    ),
    Mover(
        "docker buildx imagetools create",
        "docker",
        ("docker",),
        ("buildx", "imagetools", "create"),
        _imagetools,
        BUILDING - {"--print"},
        examples=(
            "docker buildx imagetools create -t o/r:latest -t o/r:1 o/r@sha256:0",
            "docker buildx imagetools create --tag=o/r:latest o/r:1",
        ),
        counters=("docker buildx imagetools inspect o/r:latest", "docker buildx imagetools create --dry-run -t o/r:latest o/r:1"),
    ),
    Mover(
        "docker manifest create",
        "docker",
        DOCKER,
        ("manifest", "create"),
        _first_named,
        GLOBAL | {"--annotation"},
        examples=("docker manifest create --amend o/r:latest o/r:amd64 o/r:arm64",),
        counters=("docker manifest inspect o/r:latest",),
    ),
    Mover(
        "docker manifest push",
        "docker",
        DOCKER,
        ("manifest", "push"),
        _manifest_pushed,
        PUSHING,
        examples=("docker manifest push -p o/r:latest", "podman manifest push --all list docker://quay.io/o/r:latest"),
        counters=("docker manifest rm o/r:latest", "docker manifest push localhost:5000/r:latest"),
    ),
    Mover(
        "buildah push",
        "docker",
        ("buildah",),
        ("push",),
        _pushed,
        PUSHING,
        examples=("buildah --storage-driver vfs push img docker://quay.io/o/r:latest", "buildah push quay.io/o/r:latest"),
        counters=("buildah push img oci:d:latest",),
    ),
    Mover(
        "buildah tag",
        "docker",
        ("buildah",),
        ("tag",),
        _tagged,
        GLOBAL,
        examples=("buildah tag img quay.io/o/r:latest quay.io/o/r:1",),
        counters=("buildah tag img",),
    ),
    *(
        Mover(
            f"buildah {word}",
            "docker",
            ("buildah",),
            (word,),
            _built,
            BUILDING,
            examples=(f"buildah {word} -t quay.io/o/r:latest .",),
            counters=(f"buildah {word} .", "buildah from o/r:latest"),
        )
        for word in ("bud", "build", "build-using-dockerfile")
    ),
    Mover(
        "buildah commit",
        "docker",
        ("buildah",),
        ("commit",),
        _second,
        BUILDING,
        examples=("buildah commit $c quay.io/o/r:latest",),
        counters=("buildah commit $c",),
    ),
    Mover(
        "buildah manifest create",
        "docker",
        ("buildah",),
        ("manifest", "create"),
        _first_named,
        GLOBAL,
        examples=("buildah manifest create quay.io/o/r:latest",),
        counters=("buildah manifest inspect quay.io/o/r:latest",),
    ),
    Mover(
        "buildah manifest push",
        "docker",
        ("buildah",),
        ("manifest", "push"),
        _manifest_pushed,
        PUSHING,
        examples=("buildah manifest push --all l docker://quay.io/o/r:latest",),
        counters=("buildah manifest rm l",),
    ),
)


VERSION_LABEL = "org.opencontainers.image.version"
RUNNING = GLOBAL | options(
    "-e --env --env-file --entrypoint -v --volume --mount -u --user -w --workdir --name --network --platform --pull -p "
    "--publish --rm= --add-host --label --memory --cpus --hostname -h --device --cap-add --security-opt --tmpfs --ulimit "
    "--gpus --format -f --type --filter"
)


def _inspected(arguments: Arguments) -> Symbol | None:
    """What the pointer is now: the version label, or something else about the image."""
    if not any(asks_pointer(word) and not is_private_registry(word) for word in arguments.positionals):
        return None
    shape = veiled(arguments.value("-f", "--format") or ())
    if "version" in shape.lower():
        return newest("the version label of the present pointer", Order.POINTER, prefix="")  # docker/metadata-action writes it bare
    return unknown("what the pointer is now", Order.POINTER, many=False)


def _ran(arguments: Arguments) -> Symbol | None:
    """`docker run o/r:latest --version`: what the present pointer says of itself."""
    image = arguments.positional(0)
    if image is None or not asks_pointer(image) or is_private_registry(image):
        return None
    asked = [veiled(word).lower() for word in arguments.words]
    if not any("version" in word or word == "-v" for word in asked[1:]):
        return None
    return unknown("the version that the present pointer prints", Order.POINTER, many=False)


def _pulled(arguments: Arguments) -> Symbol | None:
    """`docker pull o/r:latest`: whether the pointer is there and can be read; what it prints names no version."""
    if not any(asks_pointer(word) and not is_private_registry(word) for word in arguments.positionals):
        return None
    return unknown("what pulling the present pointer prints", Order.POINTER, many=False)


QUESTIONS = (
    Question(
        "docker pull",
        DOCKER,
        ("pull",),
        _pulled,
        GLOBAL | options("--platform"),
        examples=("docker pull o/r:latest",),
        counters=("docker pull o/r:1.27.4",),
    ),
    *(
        Question(
            f"{tools[0]} {' '.join(words)}",
            tools,
            words,
            _inspected,
            GLOBAL | options("--format -f --type --filter"),
            examples=(f"{tools[0]} {' '.join(words)} --format {{{{json}}}} ghcr.io/o/r:latest",),
            counters=(f"{tools[0]} {' '.join(words)} ghcr.io/o/r:1.27.4",),
        )
        for tools, words in (
            (DOCKER, ("inspect",)),
            (DOCKER, ("image", "inspect")),
            (DOCKER, ("manifest", "inspect")),
            (("docker",), ("buildx", "imagetools", "inspect")),
            (("buildah",), ("inspect",)),
        )
    ),
    Question(
        "docker run IMAGE --version",
        DOCKER,
        ("run",),
        _ran,
        RUNNING,
        examples=("docker run --rm o/r:latest --version", "docker run --entrypoint x o/r version"),
        counters=("docker run --rm o/r:1.27.4 --version", "docker run o/r:latest serve"),
    ),
)
