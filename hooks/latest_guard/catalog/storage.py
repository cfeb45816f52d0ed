"""Copies into object storage, a package host or a server under a path that says `latest`; documentation under an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import unknown
from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Form, Mover, Question, Target
from latest_guard.catalog.strings import HOLE, truth, veiled
from latest_guard.values import Order, Symbol, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

AWS = options(
    "--acl --exclude --include --cache-control --content-type --region --profile --endpoint-url --metadata --metadata-directive "
    "--storage-class --content-encoding --grants --expires --body --bucket --key --copy-source --sse --page-size --query --output --prefix"
)
GCLOUD = options("--cache-control --content-type --project --account --custom-metadata --storage-class -h -m= -z --format")
RCLONE = options(
    "--config --transfers --checkers --header-upload --include --exclude --filter --s3-acl --log-level --retries --bwlimit --s3-endpoint"
)
AZURE = options(
    "-c --container-name -n --name -f --file -s --source -d --destination --account-name --account-key --sas-token --type "
    "--auth-mode --connection-string --destination-path --pattern"
)
REMOTES = ("s3://", "gs://", "r2://", "az://", "http://", "https://", "b2://")


def _remote(word: Str) -> bool:
    seen = veiled(word)
    head = seen.partition("/")[0]
    return seen.startswith(REMOTES) or (head.endswith(":") and len(head) > 2) or ":" in head or seen.startswith(HOLE)


def _last(arguments: Arguments) -> Sequence[Target]:
    """The last positional is where things go; an option in a variable may stand behind it."""
    if truth(arguments.flag("--dryrun", "--dry-run", "-n")) or len(arguments.positionals) < 2:
        return ()
    options_behind = len(arguments.positionals) > 2 and veiled(arguments.positionals[-1]) == HOLE
    target = arguments.positionals[-2 if options_behind else -1]
    return (Target(target, Form.PATH),) if _remote(target) else ()


def _key(*names: str) -> Callable[[Arguments], Sequence[Target]]:
    return lambda arguments: tuple(Target(value, Form.PATH) for value in arguments.values(*names))


def _mike(arguments: Arguments) -> Sequence[Target]:
    """`mike deploy VERSION [ALIAS…]`: a version of that name is set as well."""
    return [Target(word, Form.TAG) for word in arguments.positionals]


def _mike_alias(arguments: Arguments) -> Sequence[Target]:
    return [Target(word, Form.TAG) for word in arguments.positionals[1:]]


def _formula(arguments: Arguments) -> Sequence[Target]:
    if arguments.has("-n", "--dry-run"):
        return ()
    return (Target(arguments.positional(0) or text("the formula"), Form.FORMULA),)


def _mover(name: str, kind: str, targets: Callable[[Arguments], Sequence[Target]], valued: frozenset[str], *lines: str) -> Mover:
    """A mover whose name is its command line's beginning; its lines are examples, and counters behind the word `not`."""
    at = lines.index("not")
    tool, *words = name.split()
    return Mover(name, kind, (tool,), tuple(words), targets, valued, "", lines[:at], lines[at + 1 :])


COPIES = (
    ("aws s3 cp", AWS),
    ("aws s3 sync", AWS),
    ("aws s3 mv", AWS),
    ("gsutil cp", GCLOUD),
    ("gsutil rsync", GCLOUD),
    ("gsutil mv", GCLOUD),
    ("gcloud storage cp", GCLOUD),
    ("gcloud storage rsync", GCLOUD),
    ("gcloud storage mv", GCLOUD),
    ("rclone copy", RCLONE),
    ("rclone sync", RCLONE),
    ("rclone copyto", RCLONE),
    ("rclone move", RCLONE),
    ("rclone moveto", RCLONE),
    ("s3cmd put", AWS),
    ("s3cmd sync", AWS),
    ("s3cmd cp", AWS),
    ("mc cp", RCLONE),
    ("mc mirror", RCLONE),
    ("s5cmd cp", AWS),
    ("s5cmd sync", AWS),
    ("azcopy copy", AZURE),
    ("azcopy sync", AZURE),
    ("b2 sync", AWS),
)

BUMPING = options("--url --sha256 --mirror --tag --revision --version --message --python-package-name --fork-org --write-only")

MOVERS = (
    *(
        _mover(
            name,
            "storage",
            _last,
            valued,
            f"{name} dist/x s3://bucket/latest/x",
            f"{name} x s3://bucket/$V/",
            "not",
            f"{name} s3://bucket/latest/x ./x",
            f"{name} --dry-run a s3://b/latest",
        )
        for name, valued in COPIES
    ),
    _mover(
        "aws s3api put-object",
        "storage",
        _key("--key"),
        AWS,
        "aws s3api put-object --bucket b --key latest/x --body x",
        "not",
        "aws s3api list-objects --bucket b",
    ),
    _mover(
        "aws s3api copy-object",
        "storage",
        _key("--key"),
        AWS,
        "aws s3api copy-object --bucket b --copy-source b/1/x --key latest/x",
        "not",
        "aws s3api head-object --bucket b --key latest",
    ),
    _mover(
        "az storage blob upload",
        "storage",
        _key("-n", "--name"),
        AZURE,
        "az storage blob upload -c c -f x -n latest/x",
        "not",
        "az storage blob download -c c -n latest/x",
    ),
    _mover(
        "az storage blob upload-batch",
        "storage",
        _key("-d", "--destination", "--destination-path"),
        AZURE,
        "az storage blob upload-batch -s . -d c/latest",
        "not",
        "az storage blob upload-batch -s .",
    ),
    _mover(
        "scp",
        "storage",
        _last,
        options("-i -P -F -o -J -l -c"),
        "scp -i k x user@host:/srv/latest/",
        "not",
        "scp user@host:/srv/latest/x .",
    ),
    _mover(
        "rsync",
        "storage",
        _last,
        options("-e --rsh --exclude --include --filter --files-from --rsync-path --chmod --bwlimit"),
        "rsync -avz -e ssh dist/ user@host:/srv/latest/",
        "not",
        "rsync -a a/ b/latest/",
        "rsync -n -a a/ user@host:/srv/latest/",
    ),
    _mover(
        "mike deploy",
        "docs",
        _mike,
        options("-t --title -b --branch -r --remote -m --message --config-file -F --prefix --deploy-prefix --alias-type -T --template"),
        "mike deploy --push --update-aliases 1.27 latest",
        "mike deploy -p latest",
        "not",
        "mike set-default latest",
        "mike list",
    ),
    _mover(
        "mike alias",
        "docs",
        _mike_alias,
        options("-b --branch -r --remote -m --message --alias-type -F --config-file"),
        "mike alias --push 1.27 latest",
        "not",
        "mike alias 1.27",
        "mike delete latest",
    ),
    _mover(
        "brew bump-formula-pr",
        "homebrew",
        _formula,
        BUMPING,
        "brew bump-formula-pr --version=1.27.4 x",
        "not",
        "brew bump-formula-pr --dry-run x",
        "brew install x",
    ),
    _mover("brew bump-cask-pr", "homebrew", _formula, BUMPING, "brew bump-cask-pr --version 1.27.4 x", "not", "brew bump-cask-pr -n x"),
)


def _listed(arguments: Arguments) -> Symbol | None:
    return unknown("what the storage holds", Order.TEXT) if arguments.positionals else None


QUESTIONS = (
    *(
        Question(
            name,
            (name.split()[0],),
            tuple(name.split()[1:]),
            _listed,
            AWS,
            examples=(f"{name} s3://bucket/releases/",),
            counters=(f"{name.split()[0]} help",),
        )
        for name in ("aws s3 ls", "gsutil ls", "gcloud storage ls", "rclone lsf", "rclone lsd", "s3cmd ls", "mc ls")
    ),
    Question(
        "mike list",
        ("mike",),
        ("list",),
        lambda a: unknown("the documentation's versions", Order.VERSION),
        options("-b -r --branch --remote -F"),
        examples=("mike list", "mike list -j"),
        counters=("mike deploy 1",),
    ),
)
