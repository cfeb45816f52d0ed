"""GitHub actions that make releases, move git tags and set formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.entries import ActionMover, ActionScript, Effect, Form, Target
from latest_guard.catalog.releases import badge
from latest_guard.catalog.strings import split, truth, veiled
from latest_guard.values import Colour, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.values import Str

MAJOR = Symbol("the major version of the tag", Colour.RELEASED, ("v1", "v1", "v1"))
MINOR = Symbol("the minor version of the tag", Colour.RELEASED, ("v1.27", "v1.29", "v1.29"))


def _release(latest: str = "", draft: str = "draft", prerelease: str = "prerelease") -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    """The badge by the inputs of these names."""

    def targets(inputs: Mapping[str, Str]) -> Sequence[Target]:
        repository = plain(inputs.get("repository", ())) or ""
        return badge(inputs.get(latest) or None, inputs.get(draft), inputs.get(prerelease), repository)

    return targets


def _automatic(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """A prerelease unless it says otherwise; the tag that it names is set anew each time."""
    tag = inputs.get("automatic_release_tag")
    moved = (Target(tag, Form.REF),) if tag else ()
    return (*badge(None, inputs.get("draft"), inputs.get("prerelease", text("true"))), *moved)


def _drafter(inputs: Mapping[str, Str]) -> Sequence[Target]:
    publish = inputs.get("publish")
    known = truth(publish)
    if known is False:
        return ()
    return [
        Target(target.text, target.form, target.effect, only_if=() if known else (publish or (),), unless=target.unless)
        for target in badge(inputs.get("latest") or None, None, inputs.get("prerelease"))
    ]


def _please(inputs: Mapping[str, Str]) -> Sequence[Target]:
    if truth(inputs.get("skip-github-release")) or "github-release" not in (plain(inputs.get("command") or ()) or "github-release"):
        return ()
    return badge(None, inputs.get("draft"), inputs.get("prerelease"))


def _ref(name: str, force: str = "", default: str = "") -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    """The tag in the input `name`, set anew where `force` is on (always where there is no such switch)."""

    def targets(inputs: Mapping[str, Str]) -> Sequence[Target]:
        tag = inputs.get(name) or text(default)
        known = truth(inputs.get(force)) if force else True
        if not tag or known is False:
            return ()
        return (Target(tag, Form.REF, only_if=() if known else (inputs[force],)),)

    return targets


def _tagger(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """It compares by itself: `latest` moves only to the highest version."""
    found = [Target((MAJOR,), Form.REF, compares=True), Target((MINOR,), Form.REF, compares=True)]
    if truth(inputs.get("publish_latest_tag")) is not False:
        found.append(Target(text("latest"), Form.REF, compares=True))
    return found


def _floating(*symbols: Symbol) -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    return lambda inputs: [Target((symbol,), Form.REF) for symbol in symbols]


def _push_tags(inputs: Mapping[str, Str]) -> Sequence[Target]:
    known = truth(inputs.get("tags"))
    if known is False:
        return ()
    return (Target(text("refs/tags/*"), Form.REF, Effect.PUSH_ALL, only_if=() if known else (inputs["tags"],)),)


def _add_and_commit(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """`tag` holds the arguments of `git tag`."""
    words = [word for word in split(inputs.get("tag", ()), " \n") if not veiled(word).startswith("-")]
    forced = "--force" in veiled(inputs.get("tag", ())) or "-f" in veiled(inputs.get("tag", ())).split()
    return (Target(words[0], Form.REF),) if words and forced else ()


def _formula(*names: str) -> Callable[[Mapping[str, Str]], Sequence[Target]]:
    def targets(inputs: Mapping[str, Str]) -> Sequence[Target]:
        if truth(inputs.get("dryrun")) or truth(inputs.get("dry-run")):
            return ()
        given = next((inputs[name] for name in names if inputs.get(name)), text("the formula"))
        return (Target(given, Form.FORMULA),)

    return targets


def _npm(inputs: Mapping[str, Str]) -> Sequence[Target]:
    """With strategy `upgrade` (before version 2: greater-version-only) it publishes only what is higher than the tag."""
    if truth(inputs.get("dry-run")):
        return ()
    compares = plain(inputs.get("strategy", ())) == "upgrade" or bool(truth(inputs.get("greater-version-only")))
    return (Target(inputs.get("tag") or text("latest"), Form.TAG, compares=compares),)


def _uploaded(inputs: Mapping[str, Str]) -> Sequence[Target]:
    path = inputs.get("destination") or inputs.get("dest") or inputs.get("destination_dir")
    return (Target(path, Form.PATH),) if path else ()


ACTIONS = (
    ActionMover(
        "softprops/action-gh-release",
        "github-release",
        ("softprops/action-gh-release", "step-security/action-gh-release"),
        ("make_latest", "draft", "prerelease", "repository"),
        _release("make_latest"),
        examples=({}, {"make_latest": "$L"}, {"draft": "false", "prerelease": "$P"}, {"make_latest": "legacy"}),
        counters=({"draft": "true"}, {"prerelease": "true"}, {"make_latest": "false"}),
    ),
    ActionMover(
        "ncipollo/release-action",
        "github-release",
        ("ncipollo/release-action",),
        ("makeLatest", "draft", "prerelease"),
        _release("makeLatest"),
        {"makeLatest": "legacy"},
        examples=({}, {"makeLatest": "true"}, {"draft": "false"}),
        counters=({"draft": "true"}, {"prerelease": "true"}, {"makeLatest": "false"}),
    ),
    ActionMover(
        "actions/forgejo-release",
        "github-release",
        ("actions/forgejo-release",),
        ("direction", "prerelease"),
        lambda inputs: [] if veiled(inputs.get("direction", ())) == "download" else badge(None, None, inputs.get("prerelease")),
        examples=({"direction": "upload"}, {"direction": "upload", "prerelease": "$P"}),
        counters=({"direction": "download"}, {"direction": "upload", "prerelease": "true"}),
    ),
    ActionMover(
        "gitea-release-action",
        "github-release",
        ("akkuman/gitea-release-action", "actions/gitea-release-action"),
        ("draft", "prerelease"),
        _release(),
        examples=({}, {"draft": "false", "prerelease": "$P"}),
        counters=({"draft": "true"}, {"prerelease": "true"}),
    ),
    ActionMover(
        "gitea actions/release-action",
        "github-release",
        ("actions/release-action",),
        ("draft", "pre_release"),
        _release(prerelease="pre_release"),
        examples=({}, {"pre_release": "$P"}),
        counters=({"draft": "true"}, {"pre_release": "true"}),
    ),
    ActionMover(
        "actions/create-release",
        "github-release",
        ("actions/create-release", "joutvhu/create-release", "elgohr/Github-Release-Action", "comnoco/create-release-action"),
        ("draft", "prerelease"),
        _release(),
        examples=({}, {"draft": "false", "prerelease": "$P"}),
        counters=({"draft": "true"}, {"prerelease": "true"}),
    ),
    ActionMover(
        "marvinpinto/action-automatic-releases",
        "github-release",
        ("marvinpinto/action-automatic-releases", "mini-bomba/create-github-release", "crowbarmaster/GH-Automatic-Releases"),
        ("automatic_release_tag", "draft", "prerelease"),
        _automatic,
        {"prerelease": "true"},
        examples=({"prerelease": "false"}, {"automatic_release_tag": "latest"}),
        counters=({}, {"prerelease": "false", "draft": "true"}),
    ),
    ActionMover(
        "svenstaro/upload-release-action",
        "github-release",
        ("svenstaro/upload-release-action",),
        ("make_latest", "draft", "prerelease"),
        _release("make_latest"),
        {"make_latest": "true"},
        examples=({}, {"make_latest": "$L"}),
        counters=({"make_latest": "false"}, {"prerelease": "true"}, {"draft": "true"}),
    ),
    ActionMover(
        "release-drafter/release-drafter",
        "github-release",
        ("release-drafter/release-drafter",),
        ("publish", "latest", "prerelease"),
        _drafter,
        examples=({"publish": "true"}, {"publish": "$P", "latest": "$L"}),
        counters=({}, {"publish": "false"}, {"publish": "true", "latest": "false"}, {"publish": "true", "prerelease": "true"}),
    ),
    ActionMover(
        "googleapis/release-please-action",
        "github-release",
        ("googleapis/release-please-action", "google-github-actions/release-please-action"),
        ("skip-github-release", "command", "draft", "prerelease"),
        _please,
        examples=({}, {"command": "github-release"}),
        counters=({"skip-github-release": "true"}, {"command": "release-pr"}),
    ),
    ActionMover(
        "helm/chart-releaser-action",
        "github-release",
        ("helm/chart-releaser-action",),
        ("mark_as_latest", "skip_upload", "install_only"),
        lambda inputs: (
            () if inputs.get("skip_upload") or inputs.get("install_only") else badge(inputs.get("mark_as_latest") or text("true"))
        ),
        {"mark_as_latest": "true"},
        examples=({}, {"mark_as_latest": "$L"}),
        counters=({"mark_as_latest": "false"}, {"install_only": "true"}),
    ),
    ActionMover(
        "rickstaa/action-create-tag",
        "git-tag",
        ("rickstaa/action-create-tag",),
        ("tag", "force_push_tag"),
        _ref("tag", "force_push_tag"),
        examples=({"tag": "latest", "force_push_tag": "true"}, {"tag": "latest", "force_push_tag": "$F"}),
        counters=({"tag": "latest"}, {"tag": "latest", "force_push_tag": "false"}),
    ),
    ActionMover(
        "richardsimko/update-tag",
        "git-tag",
        ("richardsimko/update-tag", "joaopaulofx/update-tag"),
        ("tag_name",),
        _ref("tag_name"),
        examples=({"tag_name": "latest"},),
        counters=({},),
    ),
    ActionMover(
        "EndBug/latest-tag",
        "git-tag",
        ("EndBug/latest-tag",),
        ("ref",),
        _ref("ref", default="latest"),
        examples=({}, {"ref": "stable"}),
        counters=(),
    ),
    ActionMover(
        "Actions-R-Us/actions-tagger",
        "git-tag",
        ("Actions-R-Us/actions-tagger",),
        ("publish_latest_tag",),
        _tagger,
        examples=({"publish_latest_tag": "true"}, {}),
        counters=(),
    ),
    ActionMover(
        "floating major tags",
        "git-tag",
        ("nowactions/update-majorver", "actions/publish-action"),
        (),
        _floating(MAJOR),
        examples=({},),
    ),
    ActionMover(
        "floating major and minor tags",
        "git-tag",
        ("haya14busa/action-update-semver", "cssnr/update-version-tags-action", "vweevers/additional-tags-action"),
        (),
        _floating(MAJOR, MINOR),
        examples=({},),
    ),
    ActionMover(
        "ad-m/github-push-action",
        "git-tag",
        ("ad-m/github-push-action",),
        ("tags",),
        _push_tags,
        examples=({"tags": "true"}, {"tags": "$T"}),
        counters=({}, {"tags": "false"}),
    ),
    ActionMover(
        "EndBug/add-and-commit",
        "git-tag",
        ("EndBug/add-and-commit",),
        ("tag",),
        _add_and_commit,
        examples=({"tag": "latest --force"}, {"tag": "-f latest"}),
        counters=({}, {"tag": "v1.27.4"}),
    ),
    ActionMover(
        "homebrew formula",
        "homebrew",
        ("dawidd6/action-homebrew-bump-formula", "mislav/bump-homebrew-formula-action", "Justintime50/homebrew-releaser"),
        ("formula", "formula-name", "dryrun"),
        _formula("formula", "formula-name"),
        examples=({"formula": "x"}, {"formula-name": "x"}, {}),
        counters=({"formula": "x", "dryrun": "true"},),
    ),
    ActionMover(
        "homebrew cask",
        "homebrew",
        ("macauley/action-homebrew-bump-cask", "eugenesvk/action-homebrew-bump-cask"),
        ("cask", "dryrun"),
        _formula("cask"),
        examples=({"cask": "x"},),
        counters=({"cask": "x", "dryrun": "true"},),
    ),
    ActionMover(
        "JS-DevTools/npm-publish",
        "npm",
        ("JS-DevTools/npm-publish",),
        ("tag", "dry-run", "strategy", "greater-version-only"),
        _npm,
        {"tag": "latest"},
        examples=({}, {"tag": "$T"}, {"strategy": "upgrade"}),
        counters=({"dry-run": "true"},),
    ),
    ActionMover(
        "object storage",
        "storage",
        ("google-github-actions/upload-cloud-storage", "prewk/s3-cp-action", "shallwefootball/s3-upload-action"),
        ("destination", "dest", "destination_dir"),
        _uploaded,
        examples=({"destination": "bucket/latest"}, {"dest": "s3://b/latest/x"}, {"destination_dir": "latest"}),
        counters=({},),
    ),
    ActionScript(("nick-fields/retry", "nick-invision/retry", "step-security/retry"), ("command",)),
    ActionScript(("changesets/action",), ("publish",), directory="cwd"),
    ActionScript(("actions/github-script",), ("script",), shell="node"),
    ActionScript(("jannekem/run-python-script-action",), ("script",), shell="python"),
    ActionScript(
        ("addnab/docker-run-action", "appleboy/ssh-action", "uraimo/run-on-arch-action", "workflow/nix-shell-action"), ("run", "script")
    ),
    ActionScript(("vmactions/freebsd-vm", "vmactions/openbsd-vm", "vmactions/solaris-vm", "cross-platform-actions/action"), ("run",)),
    ActionScript(("devcontainers/ci",), ("runCmd",)),
    ActionScript(("coactions/setup-xvfb", "GabrielBB/xvfb-action"), ("run",), directory="working-directory"),
    ActionScript(("Wandalen/wretry.action",), ("command",), directory="current_path"),
    ActionScript(("sergeysova/jq-action", "mikefarah/yq"), ("cmd",)),
    ActionScript(("goreleaser/goreleaser-action",), ("args",), prefix="goreleaser", directory="workdir"),
    ActionScript(
        ("cycjimmy/semantic-release-action", "codfish/semantic-release-action"),
        (),
        prefix="npx semantic-release",
        directory="working_directory",
    ),
    ActionScript(("python-semantic-release/python-semantic-release",), (), prefix="semantic-release version", directory="directory"),
    ActionScript(("actions-rs/cargo", "ructions/cargo", "houseabsolute/actions-rust-cross"), ("command", "args"), prefix="cargo"),
    ActionScript(("magefile/mage-action",), ("args",), prefix="mage", directory="workdir"),
    ActionScript(("gradle/gradle-build-action", "gradle/actions/setup-gradle", "gradle/actions"), ("arguments",), prefix="./gradlew"),
    ActionScript(("borales/actions-yarn", "CultureHQ/actions-yarn"), ("cmd", "args"), prefix="yarn", directory="dir"),
    ActionScript(("pascalgn/npm-publish-action",), ("publish_command", "publish_args"), directory="workspace"),
    ActionScript(("earthly/actions-run", "earthly/earthly-action"), ("args",), prefix="earthly"),
)
