"""The names by which movers are found, without the movers: what has none of them in it is not looked at any further.

Written out so that a run over files in which nothing moves need not read the catalog; a test holds it equal to what the catalog says.
"""

from __future__ import annotations

#: The commands that can make a move.
TOOLS = frozenset((
    "apko", "aws", "az", "azcopy", "b2", "brew", "buildah", "buildctl", "bun", "changeset", "cli", "cosign", "crane", "curl",
    "docker", "docker-compose", "dotnet", "executor", "finch", "flux", "gcloud", "gcrane", "gh", "git", "gradle", "gradlew",
    "gradlew.bat", "gsutil", "hub", "img", "imgpkg", "kaniko", "ko", "lerna", "mc", "mike", "mvn", "mvn.cmd", "mvnd", "mvnw",
    "nerdctl", "npm", "nx", "oc", "oras", "pack", "pnpm", "podman", "rclone", "regctl", "rsync", "s3cmd", "s5cmd", "scp", "skopeo", "yarn",
))  # fmt: skip

#: The actions that can, in small letters.
ACTIONS = frozenset((
    "actions-r-us/actions-tagger", "actions-rs/cargo", "actions/create-release", "actions/forgejo-release",
    "actions/gitea-release-action", "actions/publish-action", "actions/release-action", "ad-m/github-push-action",
    "aevea/action-kaniko", "akhilerm/tag-push-action", "akkuman/gitea-release-action", "borales/actions-yarn",
    "codfish/semantic-release-action", "comnoco/create-release-action", "crowbarmaster/gh-automatic-releases",
    "cssnr/update-version-tags-action", "culturehq/actions-yarn", "cycjimmy/semantic-release-action",
    "dawidd6/action-homebrew-bump-formula", "depot/build-push-action", "docker/build-push-action", "earthly/actions-run",
    "earthly/earthly-action", "elgohr/github-release-action", "elgohr/publish-docker-github-action", "endbug/add-and-commit",
    "endbug/latest-tag", "eugenesvk/action-homebrew-bump-cask", "google-github-actions/release-please-action",
    "google-github-actions/upload-cloud-storage", "googleapis/release-please-action", "goreleaser/goreleaser-action",
    "gradle/actions", "gradle/actions/setup-gradle", "gradle/gradle-build-action", "haya14busa/action-update-semver",
    "helm/chart-releaser-action", "houseabsolute/actions-rust-cross", "int128/docker-manifest-create-action", "int128/kaniko-action",
    "joaopaulofx/update-tag", "joutvhu/create-release", "js-devtools/npm-publish", "justintime50/homebrew-releaser",
    "kciter/aws-ecr-action", "macauley/action-homebrew-bump-cask", "magefile/mage-action", "marvinpinto/action-automatic-releases",
    "mini-bomba/create-github-release", "mislav/bump-homebrew-formula-action", "mr-smithers-excellent/docker-build-push",
    "ncipollo/release-action", "noelware/docker-manifest-action", "nowactions/update-majorver", "prewk/s3-cp-action",
    "python-semantic-release/python-semantic-release", "rafikfarhad/push-to-gcr-github-action", "redhat-actions/buildah-build",
    "redhat-actions/push-to-registry", "release-drafter/release-drafter", "richardsimko/update-tag", "rickstaa/action-create-tag",
    "ructions/cargo", "shallwefootball/s3-upload-action", "shrink/actions-docker-registry-tag", "softprops/action-gh-release",
    "step-security/action-gh-release", "step-security/docker-build-push-action", "svenstaro/upload-release-action",
    "tinact/docker.image-retag", "useblacksmith/build-push-action", "vweevers/additional-tags-action",
    "whoan/docker-build-with-cache-action",
))  # fmt: skip

#: Names that forks of them keep.
FORKS = frozenset((
    "action-gh-release", "bake-action", "build-push-action", "buildah-build", "cosign-installer", "goreleaser-action", "login-action",
    "push-to-registry", "release-please-action", "semantic-release-action", "setup-buildx-action", "setup-qemu-action",
))  # fmt: skip


def may_move(word: str) -> bool:
    """Can this be the name of an action, `@ref` behind it or not, that makes a move?"""
    name = word.partition("@")[0].strip("/").lower()
    return name in ACTIONS or name.rpartition("/")[2] in FORKS or "metadata-action" in name
