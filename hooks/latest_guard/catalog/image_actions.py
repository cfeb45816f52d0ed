"""GitHub actions that push images or name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.entries import ActionCommand, ActionMover, Effect, Target
from latest_guard.catalog.images import condition, outputs_push, pushed
from latest_guard.catalog.strings import lines, split, truth, veiled
from latest_guard.values import Literal, join, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.values import Str

BUILD_PUSH = (
    "docker/build-push-action",
    "depot/build-push-action",
    "useblacksmith/build-push-action",
    "step-security/docker-build-push-action",
)


def _named(repository: Str, tags: Sequence[Str], registry: Str = ()) -> list[Str]:
    """`[registry/]repository:tag` for each tag; a tag that is a whole reference stays as it is."""
    head = join([registry, repository], "/") if registry and not veiled(repository).startswith(veiled(registry)) else repository
    return [tag if "/" in veiled(tag) or ":" in veiled(tag) else join([head, tag], ":") for tag in tags]


def _build_push(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """https://github.com/docker/build-push-action: `tags` are references; version 1 had `repository`, bare tags, and pushed by default."""
    if inputs.get("repository"):
        names = _named(inputs["repository"], lines(inputs.get("tags")) or [text("latest")], inputs.get("registry", ()))
        return _when(names, inputs.get("push", text("true")))
    outputs = split(inputs.get("outputs", ()), "\n")
    exported, more = outputs_push(outputs)
    names = lines(inputs.get("tags"))
    if any("push-by-digest=true" in veiled(output) for output in outputs):
        return pushed(more)
    if exported is None:
        return _when(names, inputs.get("push"))
    asked = condition(inputs.get("push"))
    return pushed([*names, *more], only_if=() if asked == () else exported)


def _when(names: Sequence[Str], push: Str | None) -> Sequence[Target]:
    """Pushed where `push` is true, else only named on this machine."""
    only_if = condition(push)
    return pushed(names, Effect.NAME) if only_if is None else pushed(names, only_if=only_if)


def _bake(inputs: Mapping[str, Str]) -> Sequence[Str]:
    """The command line that docker/bake-action runs for its inputs."""
    words = [text(word) for word in ("docker", "buildx", "bake")]
    for name, option, separators in (("files", "--file", "\n,"), ("set", "--set", "\n"), ("vars", "--var", "\n")):
        for item in split(inputs.get(name, ()), separators):
            words += [text(option), item]
    for name in ("push", "load"):
        if inputs.get(name):
            words.append((Literal(f"--{name}="), *inputs[name]))
    return [*words, *split(inputs.get("targets", ()), "\n,")]


def _red_hat(effect: Effect) -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    def targets(inputs: Mapping[str, Str]) -> Sequence[Target]:
        tags = split(inputs.get("tags") or text("latest"), " \n\t,")
        return pushed(_named(inputs.get("image", ()), tags, inputs.get("registry", ())), effect)

    return targets


def _elgohr(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """Without `tags`, `tag_names` or `tag_semver` a pushed git tag becomes `latest`."""
    if truth(inputs.get("no_push")):
        return ()
    name, registry = inputs.get("name", ()), inputs.get("registry", ())
    if inputs.get("tags"):
        return pushed(_named(name, lines(inputs["tags"]), registry))
    if ":" in veiled(name).rpartition("/")[2]:
        return pushed([name])
    switches = [inputs.get("tag_names"), inputs.get("tag_semver")]
    if any(truth(switch) for switch in switches):
        return ()
    return pushed(_named(name, [text("latest")], registry), unless=tuple(s for s in switches if s and truth(s) is None))


def _smithers(inputs: Mapping[str, Str]) -> Sequence[Target]:
    image, registry = inputs.get("image", ()), inputs.get("registry", ())
    push = inputs.get("pushImage", inputs.get("push", text("true")))
    if inputs.get("tags"):
        return _when(_named(image, lines(inputs["tags"]), registry), push)
    latest = condition(inputs.get("addLatest"))
    pushing = condition(push)
    if latest is None or pushing is None:
        return ()
    return pushed(_named(image, [text("latest")], registry), only_if=(*latest, *pushing))


def _whoan(inputs: Mapping[str, Str]) -> Sequence[Target]:
    push = inputs.get("push_image_and_stages") or text("true")
    if truth(push) is False and veiled(push).strip().lower() == "false":
        return ()
    return pushed(_named(inputs.get("image_name", ()), lines(inputs.get("image_tag") or text("latest")), inputs.get("registry", ())))


def _destinations(name: str) -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    return lambda inputs: pushed(lines(inputs.get(name)))


def _noelware(inputs: Mapping[str, Str]) -> Sequence[Target]:
    names = lines(inputs.get("tags") or inputs.get("inputs") or inputs.get("base-image"))
    return _when(names, inputs.get("push", text("true")))


def _manifest_create(inputs: Mapping[str, Str]) -> Sequence[Target]:
    return _when(lines(inputs.get("tags")), inputs.get("push", text("true")))


def _kaniko(inputs: Mapping[str, Str]) -> Sequence[Target]:
    image, registry = inputs.get("image", ()), inputs.get("registry", ())
    only_if = condition(inputs.get("tag_with_latest"))
    found = pushed(_named(image, [inputs["tag"]], registry)) if inputs.get("tag") else []
    return [*found, *(pushed(_named(image, [text("latest")], registry), only_if=only_if) if only_if is not None else ())]


def _int128_kaniko(inputs: Mapping[str, Str]) -> Sequence[Target]:
    return _when(lines(inputs.get("tags")), inputs.get("push"))


def _tags_of(image: str, tags: str) -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    def targets(inputs: Mapping[str, Str]) -> Sequence[Target]:
        found = lines(inputs.get(tags) or text("latest"))
        return pushed(_named(inputs.get(image, ()), found, inputs.get("registry", ())))

    return targets


ACTIONS = (
    ActionMover(
        "docker/build-push-action",
        "docker",
        BUILD_PUSH,
        ("tags", "push", "load", "outputs", "repository", "registry"),
        _build_push,
        examples=(
            {"tags": "o/r:1\no/r:latest", "push": "true"},
            {"tags": "o/r:latest,ghcr.io/o/r:1", "push": "$PUSH"},
            {"tags": "o/r:latest", "outputs": "type=registry"},
            {"tags": "o/r:latest", "outputs": "type=image,push=true"},
            {"outputs": 'type=image,"name=o/r:latest,o/r:1",push=true'},
            {"tags": "o/r:latest", "load": "true"},
            {"repository": "o/r"},
        ),
        counters=(
            {"push": "true"},
            {"tags": "o/r", "outputs": "type=image,push-by-digest=true,name-canonical=true,push=true"},
            {"tags": "localhost:5000/r:latest", "push": "true"},
            {"tags": "# o/r:latest", "push": "true"},
        ),
    ),
    ActionCommand(
        "docker/bake-action",
        ("docker/bake-action", "depot/bake-action", "useblacksmith/bake-action"),
        ("push", "set", "files", "targets", "load", "vars", "workdir"),
        _bake,
        defaults={},
        variables={},
        directory="workdir",
        examples=({"set": "*.tags=o/r:latest", "push": "true"}, {"files": "a.hcl\nb.hcl", "targets": "app,other"}),
    ),
    ActionMover(
        "redhat-actions/buildah-build",
        "docker",
        ("redhat-actions/buildah-build",),
        ("image", "tags", "registry"),
        _red_hat(Effect.NAME),
        examples=({"image": "r", "tags": "1 latest"}, {"image": "r"}),
        counters=({"image": "r", "tags": "localhost:5000/r:1"},),
    ),
    ActionMover(
        "redhat-actions/push-to-registry",
        "docker",
        ("redhat-actions/push-to-registry",),
        ("image", "tags", "registry"),
        _red_hat(Effect.MOVE),
        examples=({"image": "r", "tags": "1 latest", "registry": "quay.io/o"}, {"image": "r", "registry": "quay.io/o"}),
        counters=({"image": "r", "tags": "latest", "registry": "localhost:5000"},),
    ),
    ActionMover(
        "elgohr/Publish-Docker-Github-Action",
        "docker",
        ("elgohr/Publish-Docker-Github-Action",),
        ("name", "registry", "tags", "tag_names", "tag_semver", "no_push"),
        _elgohr,
        examples=({"name": "o/r"}, {"name": "o/r", "tags": "1,latest"}, {"name": "o/r:latest"}, {"name": "o/r", "tag_names": "$T"}),
        counters=({"name": "o/r", "tag_names": "true"}, {"name": "o/r", "no_push": "true"}, {"name": "o/r", "tag_semver": "true"}),
    ),
    ActionMover(
        "mr-smithers-excellent/docker-build-push",
        "docker",
        ("mr-smithers-excellent/docker-build-push",),
        ("image", "tags", "registry", "addLatest", "pushImage", "push"),
        _smithers,
        examples=({"image": "o/r", "tags": "1, latest", "registry": "ghcr.io"}, {"image": "o/r", "addLatest": "true"}),
        counters=({"image": "o/r"}, {"image": "o/r", "addLatest": "true", "pushImage": "false"}),
    ),
    ActionMover(
        "whoan/docker-build-with-cache-action",
        "docker",
        ("whoan/docker-build-with-cache-action",),
        ("image_name", "image_tag", "registry", "push_image_and_stages"),
        _whoan,
        examples=({"image_name": "o/r"}, {"image_name": "o/r", "image_tag": "1,latest"}),
        counters=({"image_name": "o/r", "push_image_and_stages": "false"},),
    ),
    ActionMover(
        "akhilerm/tag-push-action",
        "docker",
        ("akhilerm/tag-push-action",),
        ("dst",),
        _destinations("dst"),
        examples=({"dst": "o/r:latest\nquay.io/o/r:latest"},),
        counters=({"dst": "localhost:5000/r:latest"},),
    ),
    ActionMover(
        "Noelware/docker-manifest-action",
        "docker",
        ("Noelware/docker-manifest-action",),
        ("tags", "inputs", "base-image", "push"),
        _noelware,
        examples=(
            {"inputs": "o/r:latest,o/r:1", "push": "true"},
            {"tags": "o/r:latest", "inputs": "o/r:a,o/r:b"},
            {"base-image": "o/r:latest"},
        ),
        counters=({"push": "true"},),
    ),
    ActionMover(
        "int128/docker-manifest-create-action",
        "docker",
        ("int128/docker-manifest-create-action",),
        ("tags", "push"),
        _manifest_create,
        examples=({"tags": "o/r:latest\no/r:1"},),
        counters=({"push": "true"},),
    ),
    ActionMover(
        "aevea/action-kaniko",
        "docker",
        ("aevea/action-kaniko",),
        ("image", "tag", "registry", "tag_with_latest"),
        _kaniko,
        examples=({"image": "o/r", "tag_with_latest": "true"}, {"image": "o/r", "tag": "latest"}),
        counters=({"image": "o/r"}, {"image": "o/r", "tag_with_latest": "false"}),
    ),
    ActionMover(
        "int128/kaniko-action",
        "docker",
        ("int128/kaniko-action",),
        ("tags", "push"),
        _int128_kaniko,
        examples=({"tags": "o/r:latest", "push": "true"},),
        counters=({"push": "true"},),
    ),
    ActionMover(
        "shrink/actions-docker-registry-tag",
        "docker",
        ("shrink/actions-docker-registry-tag",),
        ("repository", "tags", "registry"),
        _tags_of("repository", "tags"),
        examples=({"registry": "ghcr.io", "repository": "o/r", "tags": "latest\n1"},),
        counters=({"registry": "localhost:5000", "repository": "o/r", "tags": "latest"},),
    ),
    ActionMover(
        "tinact/docker.image-retag",
        "docker",
        ("tinact/docker.image-retag",),
        ("image_name", "image_new_tag", "registry"),
        _tags_of("image_name", "image_new_tag"),
        examples=({"image_name": "o/r", "image_new_tag": "latest"},),
        counters=({"image_name": "localhost:5000/r", "image_new_tag": "latest"},),
    ),
    ActionMover(
        "kciter/aws-ecr-action",
        "docker",
        ("kciter/aws-ecr-action",),
        ("repo", "tags"),
        _tags_of("repo", "tags"),
        examples=({"repo": "o/r"}, {"repo": "o/r", "tags": "latest,1"}),
        counters=({"repo": "localhost:5000/r"},),
    ),
    ActionMover(
        "RafikFarhad/push-to-gcr-github-action",
        "docker",
        ("RafikFarhad/push-to-gcr-github-action",),
        ("image_name", "image_tag", "registry"),
        _tags_of("image_name", "image_tag"),
        examples=({"image_name": "o/r", "registry": "gcr.io"},),
        counters=({"image_name": "o/r", "registry": "localhost:5000"},),
    ),
)
