"""Tools that talk to registries without docker: crane, skopeo, regctl, oras, ko, kaniko and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import listing, unknown
from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Form, Mover, Question, Target
from latest_guard.catalog.images import asks_pointer, condition, copied, is_private_registry, pushed
from latest_guard.catalog.strings import cut, split, starts, truth, veiled, words
from latest_guard.values import Colour, Lookup, Order, Symbol, join, plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

CRANE = options(
    "--platform -t --tag -m --manifest -f --file -b --base -o --output -l --label --annotation -e --env -u --new_layer -j --jobs"
)
SKOPEO = options(
    "--authfile --src-authfile --dest-authfile --src-creds --dest-creds --creds -f --format --multi-arch --retry-times --retry-delay "
    "--additional-tag --digestfile --override-arch --override-os --override-variant --sign-by --policy --tmpdir --command-timeout "
    "--src-cert-dir --dest-cert-dir --cert-dir --src-username --src-password --dest-username --dest-password --src-registry-token "
    "--dest-registry-token --encryption-key --decryption-key --registries.d --username --password --src -s --dest -d"
)
REGCTL = options(
    "-p --platform --host -v --verbosity --logopt --user-agent --format --include --exclude --limit --last --name --ref --digest"
)
ORAS = options(
    "-u --username -p --password --registry-config --from-registry-config --to-registry-config --artifact-type -a --annotation "
    "--annotation-file --config --export-manifest --image-spec --platform --concurrency --format --distribution-spec -o "
    "--output --media-type"
)
KO = options(
    "-t --tags -f --filename --platform -L= --image-label --image-annotation --image-refs --sbom --sbom-dir --tarball --oci-layout-path "
    "-j --jobs --debug= --ldflags --image-user"
)
KANIKO = options(
    "-d --destination -f --dockerfile -c --context --context-sub-path --build-arg --target --cache-repo --cache-dir --cache-ttl --label "
    "--digest-file --image-name-with-digest-file --registry-mirror --registry-map --tar-path --tarPath --verbosity -v "
    "--log-format --snapshot-mode --snapshotMode --custom-platform --customPlatform --ignore-path --git --push-retry "
    "--oci-layout-path --registry-certificate"
)
CLOUD = options(
    "--project --account --repository --location --registry -r --name -n --image -t --source --file -f --region --tag --config --timeout"
)


def second(arguments: Arguments) -> Sequence[Target]:
    """The second positional is an image that is set."""
    return copied(arguments.positionals[:1], pushed([word for word in arguments.positionals[1:2] if not _local(word)]))


def _local(word: Str) -> bool:
    heads = ("oci:", "oci-archive:", "docker-archive:", "dir:", "docker-daemon:", "containers-storage:", "ocidir://", "sif:", "tarball:")
    return any(starts(word, head) for head in heads)


def _named_tag(arguments: Arguments) -> Sequence[Target]:
    """`crane tag IMAGE TAG`."""
    image = arguments.positional(0)
    if image is None or is_private_registry(image):
        return ()
    name = plain(_name(image)) or ""
    return copied([image], [Target(tag, Form.TAG, repository=name) for tag in arguments.positionals[1:]])


def _name(image: Str) -> Str:
    """A reference without its tag and digest."""
    seen = veiled(image).partition("@")[0]
    colon = seen.find(":", seen.rfind("/") + 1)
    return cut(image, 0, colon if colon >= 0 else len(seen))


def _option(*names: str) -> Callable[[Arguments], Sequence[Target]]:
    return lambda arguments: pushed(arguments.values(*names))


def listed_tags(image: Str) -> list[Str]:
    """`registry/name:tag,tag,…`: a reference for each tag."""
    seen = veiled(image)
    colon = seen.find(":", seen.rfind("/", 0, seen.find(",") if "," in seen else len(seen)) + 1)
    if colon < 0 or "," not in seen:
        return [image]
    name = cut(image, 0, colon)
    return [join([name, tag], ":") for tag in split(cut(image, colon + 1, len(seen)), ",")]


def _oras(position: int) -> Callable[[Arguments], Sequence[Target]]:
    def targets(arguments: Arguments) -> Sequence[Target]:
        image = arguments.positional(position)
        if image is None or arguments.has("--oci-layout", "--to-oci-layout"):
            return ()
        return pushed(listed_tags(image))

    return targets


def _ko(arguments: Arguments) -> Sequence[Target]:
    """Tag `latest` without `--tags`; the name comes from KO_DOCKER_REPO and the import path."""
    if arguments.has("-L", "--local") or condition(arguments.flag("--push") or text("true")) is None:
        return ()
    only_if = condition(arguments.flag("--push") or text("true")) or ()
    tags = words(arguments.values("-t", "--tags")) or [text("latest")]
    return [Target(tag, Form.TAG, only_if=only_if) for tag in tags]


def _executor(arguments: Arguments) -> Sequence[Target]:
    no_push = arguments.flag("--no-push")
    if truth(no_push):
        return ()
    unless = (no_push,) if no_push and truth(no_push) is None else ()
    return pushed(arguments.values("-d", "--destination"), unless=unless)


def _added_tags(arguments: Arguments) -> Sequence[Target]:
    return pushed(list(arguments.positionals[1:]))


def _mirrored(arguments: Arguments) -> Sequence[Target]:
    """`oc image mirror SOURCE=DESTINATION …`, or the two as words."""
    pairs = [word for word in arguments.positionals if "=" in veiled(word)]
    if pairs:
        return pushed([cut(word, veiled(word).index("=") + 1, len(veiled(word))) for word in pairs])
    return pushed([word for word in arguments.positionals[1:] if not starts(word, "file://")])


def _put_image(arguments: Arguments) -> Sequence[Target]:
    tag = arguments.value("--image-tag")
    name = plain(arguments.value("--repository-name") or ()) or ""
    return (Target(tag, Form.TAG, repository=name),) if tag else ()


def _packed(arguments: Arguments) -> Sequence[Target]:
    only_if = condition(arguments.flag("--publish"))
    if only_if is None:
        return ()
    return pushed([*arguments.positionals[:1], *arguments.values("-t", "--tag")], only_if=only_if)


def _mover(
    name: str, tools: str, subcommands: str, targets: Callable[[Arguments], Sequence[Target]], valued: frozenset[str], *lines: str
) -> Mover:
    """A mover whose lines are examples, and counters behind the word `not`."""
    at = lines.index("not")
    return Mover(name, "docker", tuple(tools.split()), tuple(subcommands.split()), targets, valued, "", lines[:at], lines[at + 1 :])


MOVERS = (
    _mover(
        "crane tag",
        "crane gcrane",
        "tag",
        _named_tag,
        CRANE,
        "crane tag ghcr.io/o/r:1 latest",
        "not",
        "crane tag localhost:5000/r:1 latest",
    ),
    _mover(
        "crane copy", "crane gcrane", "copy", second, CRANE, "crane copy o/r:1 o/r:latest", "not", "crane copy o/r:1 localhost:5000/r:1"
    ),
    _mover("crane cp", "crane gcrane", "cp", second, CRANE, "crane cp o/r:1 o/r:latest", "not", "crane cp o/r:1", "crane ls o/r"),
    _mover(
        "crane push", "crane gcrane", "push", second, CRANE, "crane push image.tar o/r:latest", "not", "crane pull o/r:latest image.tar"
    ),
    _mover(
        "crane append",
        "crane gcrane",
        "append",
        _option("-t", "--new_tag", "--tag"),
        CRANE,
        "crane append -f l.tar -t o/r:latest",
        "not",
        "crane append -b o/r",
    ),
    _mover(
        "crane mutate",
        "crane gcrane",
        "mutate",
        _option("-t", "--tag"),
        CRANE,
        "crane mutate o/r:1 -t o/r:latest",
        "not",
        "crane mutate o/r:1",
    ),
    _mover(
        "crane index append",
        "crane",
        "index append",
        _option("-t", "--tag"),
        CRANE,
        "crane index append -m o/r:a -t o/r:latest",
        "not",
        "crane index list",
    ),
    _mover(
        "crane rebase",
        "crane gcrane",
        "rebase",
        _option("-t", "--tag"),
        CRANE,
        "crane rebase o/r:1 -t o/r:latest",
        "not",
        "crane rebase o/r:1",
    ),
    _mover(
        "crane flatten",
        "crane gcrane",
        "flatten",
        _option("-t", "--tag"),
        CRANE,
        "crane flatten o/r:1 -t o/r:latest",
        "not",
        "crane flatten o/r:1",
    ),
    _mover(
        "skopeo copy",
        "skopeo",
        "copy",
        second,
        SKOPEO,
        "skopeo copy --all docker://o/r:1 docker://o/r:latest",
        "skopeo --debug copy --dest-creds a:b oci:dir docker://o/r:latest",
        "not",
        "skopeo copy docker://o/r:latest oci:dir:latest",
        "skopeo copy docker://o/r:1 docker://localhost:5000/r:latest",
        "skopeo inspect docker://o/r",
    ),
    _mover(
        "regctl image copy",
        "regctl",
        "image copy",
        second,
        REGCTL,
        "regctl image copy o/r:1 o/r:latest",
        "not",
        "regctl image copy o/r:1 ocidir://x",
    ),
    _mover(
        "regctl image cp", "regctl", "image cp", second, REGCTL, "regctl image cp o/r:1 o/r:latest", "not", "regctl image digest o/r:latest"
    ),
    _mover(
        "regctl image mod",
        "regctl",
        "image mod",
        _option("--create"),
        REGCTL | {"--create"},
        "regctl image mod o/r:1 --create o/r:latest",
        "not",
        "regctl image mod o/r:1 --replace",
    ),
    _mover(
        "regctl index create",
        "regctl",
        "index create",
        lambda a: pushed(list(a.positionals[:1])),
        REGCTL,
        "regctl index create o/r:latest --ref o/r:a",
        "not",
        "regctl index delete",
    ),
    _mover(
        "regctl image import",
        "regctl",
        "image import",
        lambda a: pushed(list(a.positionals[:1])),
        REGCTL,
        "regctl image import o/r:latest x.tar",
        "not",
        "regctl image export o/r x",
    ),
    _mover(
        "oras push",
        "oras",
        "push",
        _oras(0),
        ORAS,
        "oras push ghcr.io/o/r:1,latest ./x",
        "oras push --artifact-type a/b ghcr.io/o/r:latest x",
        "not",
        "oras push --oci-layout d:latest",
        "oras pull o/r:latest",
    ),
    _mover("oras copy", "oras", "copy", _oras(1), ORAS, "oras copy o/r:1 o/r:latest", "not", "oras copy --to-oci-layout o/r:1 d:latest"),
    _mover("oras cp", "oras", "cp", _oras(1), ORAS, "oras cp o/r:1 o/r:a,latest", "not", "oras cp o/r:1"),
    _mover("oras tag", "oras", "tag", _named_tag, ORAS, "oras tag ghcr.io/o/r:1 latest stable", "not", "oras tag o/r:1"),
    _mover(
        "oras manifest push",
        "oras",
        "manifest push",
        _oras(0),
        ORAS,
        "oras manifest push ghcr.io/o/r:latest m.json",
        "not",
        "oras manifest fetch o/r:latest",
    ),
    _mover(
        "oras manifest index create",
        "oras",
        "manifest index create",
        _oras(0),
        ORAS,
        "oras manifest index create o/r:latest a b",
        "not",
        "oras manifest delete o/r",
    ),
    *(
        _mover(
            f"ko {word}",
            "ko",
            word,
            _ko,
            KO,
            f"ko {word} ./cmd/x",
            f"ko {word} --bare -t latest,$V ./cmd/x",
            f"ko {word} --tags=latest -f config",
            "not",
            f"ko {word} --push=false ./cmd/x",
            f"ko {word} --local ./cmd/x",
            "ko login ghcr.io",
        )
        for word in ("build", "publish", "resolve", "apply", "create")
    ),
    _mover(
        "kaniko",
        "executor kaniko",
        "",
        _executor,
        KANIKO,
        "/kaniko/executor --context . --destination o/r:latest",
        "/kaniko/executor -d o/r --destination=o/r:1",
        "not",
        "/kaniko/executor --no-push --destination o/r:latest",
        "/kaniko/executor --context .",
    ),
    _mover(
        "buildctl build",
        "buildctl",
        "build",
        lambda a: _exported(a),
        options("--output -o --frontend --local --opt --progress --addr --import-cache --export-cache --secret --ssh"),
        "buildctl build --output type=image,name=o/r:latest,push=true",
        "not",
        "buildctl build --output type=oci,name=o/r:latest",
    ),
    _mover("img push", "img", "push", lambda a: pushed(list(a.positionals[:1])), frozenset(), "img push o/r:latest", "not", "img pull o/r"),
    _mover(
        "pack build",
        "pack",
        "build",
        _packed,
        options("--tag -t --builder -B --path -p --buildpack -b --env -e --run-image --cache-image"),
        "pack build o/r:latest --publish",
        "pack build o/r:1 --tag o/r:latest --publish",
        "not",
        "pack build o/r:latest",
    ),
    _mover(
        "apko publish",
        "apko",
        "publish",
        lambda a: pushed(list(a.positionals[1:])),
        options("--arch --sbom-path --image-refs -k -r --tag"),
        "apko publish apko.yaml o/r:latest",
        "not",
        "apko build apko.yaml o/r:latest x.tar",
    ),
    _mover(
        "cosign copy",
        "cosign",
        "copy",
        second,
        options("--platform --only"),
        "cosign copy o/r:1 o/r:latest",
        "not",
        "cosign sign o/r:latest",
    ),
    _mover(
        "imgpkg push",
        "imgpkg",
        "push",
        _option("-i", "--image", "-b", "--bundle"),
        options("-i --image -b --bundle -f --file --lock-output"),
        "imgpkg push -i o/r:latest -f .",
        "not",
        "imgpkg pull -i o/r:latest",
    ),
    _mover(
        "flux push artifact",
        "flux",
        "push artifact",
        lambda a: pushed([_no_scheme(w) for w in a.positionals[:1]]),
        options("--path --source --revision --creds"),
        "flux push artifact oci://ghcr.io/o/r:latest --path=.",
        "not",
        "flux pull artifact oci://o/r:latest",
    ),
    _mover(
        "flux tag artifact",
        "flux",
        "tag artifact",
        lambda a: [Target(tag, Form.TAG) for tag in a.values("--tag")],
        options("--tag --creds"),
        "flux tag artifact oci://ghcr.io/o/r:1 --tag latest",
        "not",
        "flux list artifacts oci://o/r",
    ),
    _mover(
        "gcloud container images add-tag",
        "gcloud",
        "container images add-tag",
        _added_tags,
        CLOUD,
        "gcloud container images add-tag --quiet gcr.io/o/r:1 gcr.io/o/r:latest",
        "not",
        "gcloud container images list-tags gcr.io/o/r",
    ),
    _mover(
        "gcloud artifacts docker tags add",
        "gcloud",
        "artifacts docker tags add",
        _added_tags,
        CLOUD,
        "gcloud artifacts docker tags add h.pkg.dev/o/r:1 h.pkg.dev/o/r:latest",
        "not",
        "gcloud artifacts docker tags list h.pkg.dev/o/r",
    ),
    _mover(
        "gcloud builds submit",
        "gcloud",
        "builds submit",
        _option("--tag", "-t"),
        CLOUD,
        "gcloud builds submit --tag gcr.io/o/r:latest",
        "not",
        "gcloud builds submit --config cloudbuild.yaml",
    ),
    _mover(
        "az acr build", "az", "acr build", _option("-t", "--image"), CLOUD, "az acr build -r x -t r:latest .", "not", "az acr login -n x"
    ),
    _mover(
        "az acr import",
        "az",
        "acr import",
        _option("-t", "--image"),
        CLOUD,
        "az acr import -n x --source o/r:1 -t r:latest",
        "not",
        "az acr import -n x --source o/r:1",
    ),
    _mover(
        "aws ecr put-image",
        "aws",
        "ecr put-image",
        _put_image,
        options("--image-tag --repository-name --image-manifest --region --profile"),
        "aws ecr put-image --repository-name r --image-tag latest --image-manifest $M",
        "not",
        "aws ecr batch-get-image --repository-name r",
    ),
    _mover("oc tag", "oc", "tag", _added_tags, options("-n --namespace"), "oc tag o/r:1 o/r:latest", "not", "oc tag -d o/r:latest"),
    _mover(
        "oc image mirror",
        "oc",
        "image mirror",
        _mirrored,
        options("-a --registry-config --filter-by-os -f --filename"),
        "oc image mirror q.io/o/r:1 q.io/o/r:latest",
        "oc image mirror a=q.io/o/r:latest",
        "not",
        "oc image info q.io/o/r:latest",
    ),
)


def _exported(arguments: Arguments) -> Sequence[Target]:
    from latest_guard.catalog.images import outputs_push

    only_if, names = outputs_push(arguments.values("-o", "--output"))
    return () if only_if is None else pushed(names, only_if=only_if)


def _no_scheme(word: Str) -> Str:
    return cut(word, len("oci://"), len(veiled(word))) if starts(word, "oci://") else word


def _tags(name: str) -> Callable[[Arguments], Symbol | None]:
    """All tags of an image, one a line; registries give them in text order."""
    return lambda arguments: listing(name, Order.TEXT) if arguments.positionals else None


def _tags_json(arguments: Arguments) -> Symbol | None:
    if not arguments.positionals:
        return None
    lines = listing("the registry's tags", Order.TEXT)
    first, second_, third = ('{"Tags": ["' + '", "'.join(sample.split("\n")) + '"]}' for sample in lines.samples or ("", "", ""))
    return Symbol(lines.name, Colour.KNOWN, (first, second_, third), lookup=Lookup(lines.name, None, False, True, Order.TEXT, True))


def _pointer(arguments: Arguments) -> Symbol | None:
    """What the pointer is now; of another tag it is membership."""
    if not any(asks_pointer(word) and not is_private_registry(word) for word in arguments.positionals[:1]):
        return None
    return unknown("what the pointer is now", Order.POINTER, many=False)


def _question(
    tools: str, subcommands: str, answer: Callable[[Arguments], Symbol | None], valued: frozenset[str], *lines: str, filters: str = ""
) -> Question:
    at = lines.index("not")
    names = tuple(tools.split())
    return Question(
        f"{names[0]} {subcommands}",
        names,
        tuple(subcommands.split()),
        answer,
        valued,
        filters=tuple(filters.split()),
        examples=lines[:at],
        counters=lines[at + 1 :],
    )


QUESTIONS = (
    _question("crane gcrane", "ls", _tags("the registry's tags"), CRANE, "crane ls ghcr.io/o/r", "not", "crane ls", "crane pull o/r x"),
    _question("regctl", "tag ls", _tags("the registry's tags"), REGCTL, "regctl tag ls ghcr.io/o/r", "not", "regctl tag rm o/r:1"),
    _question("regctl", "tag list", _tags("the registry's tags"), REGCTL, "regctl tag list ghcr.io/o/r", "not", "regctl tag rm o/r:1"),
    _question("oras", "repo tags", _tags("the registry's tags"), ORAS, "oras repo tags ghcr.io/o/r", "not", "oras repo ls ghcr.io/o"),
    _question("skopeo", "list-tags", _tags_json, SKOPEO, "skopeo list-tags docker://o/r", "not", "skopeo list-tags"),
    *(
        _question("crane gcrane", word, _pointer, CRANE, f"crane {word} ghcr.io/o/r:latest", "not", f"crane {word} ghcr.io/o/r:1.27.4")
        for word in ("config", "digest", "manifest")
    ),
    _question("skopeo", "inspect", _pointer, SKOPEO, "skopeo inspect docker://o/r:latest", "not", "skopeo inspect docker://o/r:$V"),
    *(
        _question("regctl", words_, _pointer, REGCTL, f"regctl {words_} o/r:latest", "not", f"regctl {words_} o/r:1.27.4")
        for words_ in ("image inspect", "image config", "image digest", "image manifest", "manifest get", "manifest head")
    ),
    _question("oras", "manifest fetch", _pointer, ORAS, "oras manifest fetch o/r:latest", "not", "oras manifest fetch o/r:1.27.4"),
    _question("oras", "resolve", _pointer, ORAS, "oras resolve o/r:latest", "not", "oras resolve o/r:1.27.4"),
    _question(
        "gcloud",
        "container images list-tags",
        lambda a: unknown("the registry's tags", Order.DATE),
        CLOUD | options("--format --filter --limit --sort-by"),
        "gcloud container images list-tags gcr.io/o/r --format=json",
        "not",
        "gcloud container images describe gcr.io/o/r:1",
    ),
    _question(
        "gcloud",
        "artifacts docker tags list",
        lambda a: unknown("the registry's tags", Order.TEXT),
        CLOUD | options("--format --filter --limit --sort-by"),
        "gcloud artifacts docker tags list h.pkg.dev/o/r",
        "not",
        "gcloud artifacts docker images list h.pkg.dev/o",
    ),
    _question(
        "aws",
        "ecr describe-images",
        lambda a: unknown("the registry's tags", Order.NONE),
        options("--repository-name --query --output --region --image-ids --registry-id --filter --profile"),
        "aws ecr describe-images --repository-name r --query x",
        "not",
        "aws ecr get-login-password",
    ),
    _question(
        "aws",
        "ecr list-images",
        lambda a: unknown("the registry's tags", Order.NONE),
        options("--repository-name --query --output --region --filter"),
        "aws ecr list-images --repository-name r",
        "not",
        "aws ecr delete-repository --repository-name r",
    ),
    _question(
        "az",
        "acr repository show-tags",
        lambda a: unknown("the registry's tags", Order.TEXT),
        CLOUD | options("--orderby --top -o --output --query"),
        "az acr repository show-tags -n x --repository r",
        "not",
        "az acr repository list -n x",
    ),
)
