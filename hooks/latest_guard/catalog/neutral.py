"""Commands that move nothing and look nothing up: what their success is worth as a condition.

Found by command and subcommands: those of the most words win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.entries import Nature

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Commands that only work, whatever their arguments.
WORKING = (
    "cp mv rm mkdir rmdir ln touch chmod chown install dd sync mktemp tar gzip gunzip bzip2 xz zstd zip unzip 7z 7za cpio tee "
    "dos2unix split sleep wait date uname hostname whoami id nproc df du free ps kill pkill killall ulimit umask stty tput "
    "clear reset printenv sha256sum sha512sum md5sum sha1sum shasum openssl uuidgen base64 xxd od hexdump cc gcc g++ clang "
    "clang++ ld ar strip objcopy cmake ninja meson configure autoconf automake autoreconf libtool rustc rustup rustfmt javac "
    "java scala kotlin kotlinc ghc cabal stack dart flutter elixir mix erl rebar3 swift xcodebuild xcrun gfortran nasm yasm "
    "protoc buf flatc wasm-pack emcc emmake trunk bazel bazelisk buck2 please apt apt-get aptitude dpkg-buildpackage dpkg-deb "
    "debuild dput reprepro apk pacman makepkg yum dnf rpm rpmbuild rpmsign zypper snap flatpak choco winget scoop pip pip3 "
    "pipx pipenv conda mamba micromamba tox nox pytest unittest coverage mypy ruff black flake8 pylint isort twine maturin "
    "virtualenv venv setuptools gem bundle bundler rake rspec composer php phpunit perl cpan cpanm lua luarocks Rscript julia "
    "docker-compose ko bun turbo uv pdm hatch rye nuget mvn mvnw gradle gradlew sbt ant istioctl azcopy nix-build nix-env "
    "cachix cr pre-commit http https xh rsync scp ssh sftp codefresh circleci earthly npm-run-all tsc eslint prettier webpack "
    "vite rollup esbuild jest vitest mocha cypress playwright storybook typedoc jsdoc node-gyp cosign notation trivy grype "
    "syft snyk hadolint dockle dive docker-slim slim cyclonedx-gomod bom slsa-verifier gitleaks kind minikube k3d k3s "
    "kustomize helmfile terraform tofu terragrunt pulumi packer ansible ansible-playbook vagrant gpg gpg2 gpgconf gpg-agent "
    "ssh-keygen ssh-add ssh-agent ssh-keyscan sshpass age sops vault golangci-lint gofmt goimports gox gotestsum staticcheck "
    "mage controller-gen operator-sdk opm ginkgo setup-envtest sphinx-build mkdocs hugo jekyll doxygen asciidoctor antora "
    "mdbook pandoc gitbook docusaurus logger notify-send xdg-open open say mail sendmail msmtp slackcat codecov coveralls "
    "goveralls sentry-cli ldconfig modprobe mount umount losetup mkfs parted fdisk qemu-img qemu-system-x86_64 genisoimage "
    "xorriso mksquashfs appimagetool linuxdeploy codesign notarytool signtool productbuild pkgbuild hdiutil lipo "
    "install_name_tool gsutil-rm tree ls ll file stat realpath readlink dirname basename pwd cd pushd popd true : colrm column "
    "fold fmt nl changie git-chglog git-cliff standard-changelog conventional-changelog auto-changelog towncrier reno "
    "setup-buildx buildx-install dockerd containerd systemctl service supervisorctl loginctl crontab at checksec upx sccache "
    "ccache mold cross cargo-zigbuild zig cargo-deb cargo-generate-rpm nfpm fpm goreleaser-check sbom-tool envsubst gomplate "
    "ytt kbld jsonnet cue j2 jinja2 mo esh dasel-put crudini augtool sed-i gotenberg wkhtmltopdf convert magick ffmpeg optipng "
    "pngquant svgo twine bumpversion bump2version bump-my-version commit-and-tag-version cargo-release cargo-edit "
    "cargo-set-version sam cdk serverless sls netlify vercel wrangler firebase flyctl fly heroku railway eb copilot doctl "
    "linode-cli hcloud scw ibmcloud oci latest-guard"
)

#: Commands that only ask whether something is so.
CHECKING = (
    "dpkg-query cmp diff diffoscope whereis hash pgrep nc ncat ping dig host nslookup shellcheck actionlint yamllint "
    "jsonlint markdownlint check-jsonschema ajv kubeval kubeconform conftest opa container-structure-test goss bats "
    "semver semver-validate mountpoint tty locale-check git-secrets commitlint wait-for-it wait-for-it.sh wait-on dockerize isutf8 "
    "iconv-check"
)

WORK, CHECK = Nature.WORK, Nature.CHECK

#: Commands that work but for the subcommands that only ask, which are written with commas between.
CHECKS: Mapping[str, str] = {
    "git": (
        "diff, diff-index, diff-files, merge-base, show-ref, rev-parse, cat-file, ls-remote, branch, status, verify-tag, "
        "verify-commit, check-ignore, grep, ls-files, tag -v, tag --verify, tag -l, rev-list"
    ),
    "docker": ("manifest inspect, image inspect, inspect, buildx imagetools inspect, search, container inspect"),
    "podman": "manifest inspect, image exists, inspect, image inspect, manifest exists",
    "nerdctl": "inspect, image inspect",
    "buildah": "inspect, images",
    "crane": "digest, manifest, config, validate",
    "skopeo": "inspect",
    "regctl": "manifest head, image digest, manifest get, image inspect",
    "oras": "manifest fetch, resolve, discover",
    "gh": (
        "release view, release list, pr view, pr list, pr checks, run view, run watch, issue list, issue view, auth status, "
        "repo view, api, attestation verify, search, label list"
    ),
    "glab": "release view, mr view",
    "hub": "release show",
    "npm": "view, show, info, whoami, ping, outdated, ls, audit, access",
    "pnpm": "view, info, whoami, audit, outdated",
    "yarn": "info, audit, npm info, npm whoami",
    "deno": "check",
    "lerna": "changed, ls",
    "nx": "show",
    "go": "vet, list",
    "cargo": "search, info, semver-checks, deny, audit",
    "poetry": "check",
    "dotnet": "nuget verify",
    "kubectl": "get, wait, rollout status, auth can-i, describe, diff",
    "oc": "get, whoami",
    "helm": "lint, status, show, get, test, verify, search, list",
    "argocd": "app wait",
    "flux": "check",
    "aws": ("s3 ls, s3api head-object, ecr describe-images, ecr describe-repositories, sts get-caller-identity, ecr batch-get-image"),
    "gcloud": "container images describe, artifacts docker images describe",
    "gsutil": "ls, stat",
    "az": "acr repository show, storage blob exists",
    "rclone": "ls, lsf",
    "s3cmd": "ls, info",
    "mc": "stat, ls",
    "brew": "list, info, audit",
    "goreleaser": "check, healthcheck",
    "nix": "eval, flake check",
    "changeset": "status",
    "ct": "lint",
    "dpkg": "-s, --status, -l, -L",
    "mike": "list",
    "curl": "-I, --head, -sI, -fsI, -sfI, -IfsS",
    "wget": "--spider",
    "buildkite-agent": "meta-data exists",
    "just": "--list",
    "task": "--list",
}

#: Subcommands that work although the shorter one asks.
WORKS: Mapping[str, str] = {
    "git": "branch -D, branch -f",
    "docker": "buildx inspect",
}

#: Commands that run what they are given, but for these first words, with which they only work.
MODES: Mapping[str, str] = {
    "node": "--check, -c, --version, -v",
    "python": "-m pip, -m build, -m venv, -m compileall, -m py_compile, -m unittest, -m pytest, -m twine, -m ensurepip, --version, -V",
    "ruby": "-c, --version",
    "perl": "-c, --version",
    "php": "-l, --version",
    "bash": "-n, --version",
}

#: Command lines and what they are, read by the tests.
EXAMPLES: Mapping[str, Nature | None] = {
    "docker login -u x": WORK,
    "docker manifest inspect o/r:1.27.4": CHECK,
    "docker --context x image inspect o/r:1": CHECK,
    "docker buildx create --use": WORK,
    "git fetch --tags --force": WORK,
    "git config user.name x": WORK,
    "git diff --quiet": CHECK,
    "git merge-base --is-ancestor a b": CHECK,
    "git push origin HEAD:main": WORK,
    "git -C d rev-parse -q --verify refs/tags/x": CHECK,
    "npm ci": WORK,
    "npm view x@1.27.4 version": CHECK,
    "make": None,
    "cp a b": WORK,
    "mkdir -p x": WORK,
    "cosign sign o/r": WORK,
    "trivy image o/r": WORK,
    "gh release view v1.27.4": CHECK,
    "gh auth login": WORK,
    "curl -fsSL https://example.org/x -o x": WORK,
    "curl -sI https://example.org": CHECK,
    "aws sts get-caller-identity": CHECK,
    "sleep 5": WORK,
    "frobnicate": None,
    "whereis docker": CHECK,
    "kubectl rollout status x": CHECK,
    "go build ./...": WORK,
    "cargo build": WORK,
    "./release.sh": None,
    "node --check index.js": WORK,
    "node index.js": None,
    "python3 -m pip install x": WORK,
    "python3 -m release": None,
}

_SIMPLE: Mapping[str, Nature] = {**dict.fromkeys(WORKING.split(), WORK), **dict.fromkeys(CHECKING.split(), CHECK)}


def _table(tool: str) -> Mapping[str, Nature]:
    checks = dict.fromkeys(CHECKS[tool].split(", "), CHECK)
    works = dict.fromkeys(WORKS[tool].split(", "), WORK) if tool in WORKS else {}
    return {**checks, **works}


_SUBCOMMANDS: Mapping[str, Mapping[str, Nature]] = {tool: _table(tool) for tool in CHECKS}


_MODES: Mapping[str, frozenset[str]] = {tool: frozenset(modes.split(", ")) for tool, modes in MODES.items()}
_MODES = {**_MODES, **dict.fromkeys(("python3", "python2", "py"), _MODES["python"]), "sh": _MODES["bash"]}


def kind(tool: str, words: list[str]) -> Nature | None:
    """What the command is; `words` are its literal words in order ("" for others). None where it is not known."""
    if tool in _MODES:
        return WORK if words and (words[0] in _MODES[tool] or " ".join(words[:2]) in _MODES[tool]) else None
    table = _SUBCOMMANDS.get(tool)
    if table is None:
        return _SIMPLE.get(tool)
    return next((table[name] for name in _runs(words) if name in table), WORK)


def _runs(words: list[str]) -> list[str]:
    """The subcommands that these words may be, longest first: runs of up to three words among the first ones, then their options."""
    bare = [word for word in words if word and not word.startswith("-")][:5]
    runs = [" ".join(bare[start : start + length]) for length in (3, 2, 1) for start in (0, 1) if len(bare) >= start + length]
    options = [word for word in words if word.startswith("-")]
    first = bare[:1]
    return [*(f"{first[0]} {option}" for option in options if first), *options, *runs]
