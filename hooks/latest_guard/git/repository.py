"""A repository on this machine, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.git.command import Git
from latest_guard.git.pending import Later, PendingTags
from latest_guard.git.tags import TAGS, Gap, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from latest_guard.git.command import Answer
    from latest_guard.git.tags import TagSet

#: Seconds that a remote may take to list its tags.
LIMIT = 30.0
_HEX = frozenset("0123456789abcdef")
#: The most bytes of one file that are read from a commit.
LARGEST_FILE = 4_000_000


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository: bare or not, shallow or whole."""

    git: Git
    #: the top of the work tree, or the git directory of a bare repository
    root: Path
    git_dir: Path
    is_shallow: bool
    is_bare: bool
    #: the commits that ids were found to lead to; names are not remembered, as they may move
    _commits: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(cls, folder: Path | str = ".", *, inherit: bool = False) -> Repository:
        """The repository that `folder` lies in; with `inherit` the environment's GIT_DIR counts, as hooks need it. Raises UserError."""
        git = Git(Path(folder), inherit)
        answer = git.run(
            "rev-parse", "--is-shallow-repository", "--is-bare-repository", "--is-inside-work-tree", "--git-dir", "--show-cdup"
        )
        lines = answer.text.split("\n")
        if answer.status != 0 or len(lines) < 4:
            raise UserError(_no_repository(answer.error), str(folder))
        shallow, bare, inside, git_dir = lines[:4]
        directory = Path(folder) / git_dir
        root = Path(folder) / lines[4] if inside == "true" and len(lines) > 4 else directory
        return cls(git, root, directory, shallow == "true", bare == "true")

    # tags

    def local_tags(self) -> Listing:
        """The tags of this repository: name → id of the object that the ref holds."""
        return self._local_listing()

    def remotes(self) -> list[str]:
        """The names of the configured remotes."""
        return (self.git.ask("remote") or "").splitlines()

    def default_remote(self) -> str | None:
        """The remote whose tags count: the branch's, `origin`, or the only one; None without any. Raises UserError if it is not clear."""
        remotes = self.remotes()
        if len(remotes) <= 1:
            return remotes[0] if remotes else None
        branch = self.branch()
        upstream = self.git.ask("config", "--get", f"branch.{branch}.remote") if branch else None
        for name in (upstream, "origin", "upstream"):
            if name in remotes:
                return name
        raise UserError(f"which of the remotes holds the releases: {', '.join(remotes)}? Say --remote NAME")

    def tags(self, remote: str | None = None, *, offline: bool = False, limit: float = LIMIT) -> TagSet:
        """Every tag, local and of `remote` (a name or a URL; None: the default one), with the reasons why some may be missing.

        `limit` is in seconds. Never raises for a remote that does not answer: that is a gap.
        """
        return self.asked_tags(remote, offline=offline, limit=limit).result()

    def asked_tags(self, remote: str | None = None, *, offline: bool = False, limit: float = LIMIT) -> PendingTags:
        """The same without waiting: both sides are asked, and answer while other work is done."""
        here = Later(self._local_listing)
        name = None if offline else remote or self.default_remote()
        if name is None:
            return PendingTags(here, gaps=(Gap("offline", "the remote was not asked (--offline)"),) if offline else self._without_remote())
        return PendingTags(here, (name, Later(lambda: self.remote_refs(name, limit=limit))))

    def remote_refs(self, remote: str, *patterns: str, limit: float = LIMIT) -> Answer:
        """`git ls-remote` with its time limit; without patterns the tags (unpeeled) and branches."""
        if remote.startswith("-"):
            raise UserError(f"{remote!r} is no remote's name")
        kinds = () if patterns else ("--heads", "--tags", "--refs")
        return self.git.run("ls-remote", *kinds, "--", remote, *patterns, limit=limit)

    def remote_commit(self, remote: str, tag: str, *, limit: float = LIMIT) -> str | None:
        """The commit that `tag` leads to on `remote`, for a tag whose object is not here; None if the remote does not say."""
        ref = f"refs/tags/{tag}"
        listing = self.remote_refs(remote, ref, f"{ref}^{{}}", limit=limit).text
        found = {name: ident for ident, _, name in (line.partition("\t") for line in listing.split("\n"))}
        return found.get(f"{ref}^{{}}") or found.get(ref)

    # history

    def commit_of(self, name: str) -> str | None:
        """The id of the commit that `name` leads to through tags, or None if there is none here."""
        if name in self._commits:
            return self._commits[name]
        found = self.git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is not None:
            self._commits[found] = found
            if len(name) == len(found) and not set(name) - _HEX:
                self._commits[name] = found
        return found

    def is_ancestor(self, older: str, newer: str) -> bool | None:
        """Whether the commit `older` is `newer` or one of its ancestors; None where this clone cannot tell."""
        status = self.git.run("merge-base", "--is-ancestor", older, newer).status
        if status == 0:
            return True
        return False if status == 1 and not self.is_shallow else None

    def branch(self) -> str | None:
        """The branch that is checked out, even before its first commit; None with a detached HEAD."""
        return self.git.ask("symbolic-ref", "--quiet", "--short", "HEAD")

    def branches_with(self, commit: str) -> list[str]:
        """The local and remote-tracking branches here that contain `commit`, remote-tracking ones without their remote's name."""
        wanted = ("--contains", commit, "--format=%(refname)")
        names = (self.git.ask("for-each-ref", *wanted, "refs/heads", "refs/remotes") or "").split("\n")
        return sorted({short for name in names if (short := _branch_name(name)) and short != "HEAD"})

    def has_staged(self) -> bool:
        """Whether the index differs from HEAD."""
        return self.git.run("diff", "--cached", "--quiet").status != 0

    # files

    def files_at(self, commit: str, paths: Sequence[str]) -> dict[str, bytes]:
        """The contents at `commit` of those of `paths` that are files there ("": in the index), of at most LARGEST_FILE bytes."""
        sizes = self._blobs("--batch-check", [(path, f"{commit}:{path}") for path in paths if "\n" not in path])
        small = [(path, ident) for path, ident, size, _ in sizes if size <= LARGEST_FILE]
        return {path: content for path, _, _, content in self._blobs("--batch", small)} if small else {}

    def blobs(self, objects: Mapping[str, str]) -> dict[str, bytes]:
        """The whole contents of `objects` (name → id), by their names. Raises UserError where one of them is not here."""
        found = {name: content for name, _, _, content in self._blobs("--batch", list(objects.items()))} if objects else {}
        missing = next((ident for name, ident in objects.items() if name not in found), None)
        if missing is not None:
            raise UserError(f"git has no file {missing}", str(self.root))
        return found

    def paths_at(self, commit: str, folder: str = "") -> list[str]:
        """The names right in `folder` (with a slash at its end, or "" for the root) at `commit`, or in the index for ""."""
        where = ("--", folder) if folder else ()
        if commit:
            answer = self.git.run("ls-tree", "--name-only", "-z", "--end-of-options", commit, *where)
        else:
            answer = self.git.run("ls-files", "-z", *where)
        paths = answer.text.split("\0")[:-1] if answer.status == 0 else []
        return list(dict.fromkeys(path[len(folder) :].split("/")[0] for path in paths))

    def _blobs(self, mode: str, asked: Sequence[tuple[str, str]]) -> list[tuple[str, str, int, bytes]]:
        """(name, id, size, content) for each of `asked` (name, object) that is a blob; without content for --batch-check."""
        stdin = "".join(f"{thing}\n" for _, thing in asked).encode("utf-8", "surrogateescape")
        answer = self.git.run("cat-file", mode, stdin=stdin)
        return list(_blobs(answer.out, [name for name, _ in asked], mode == "--batch")) if answer.status == 0 else []

    def _local_listing(self) -> Listing:
        answer = self.git.run("for-each-ref", "--format=%(objectname)\t%(refname)", "refs/tags")
        if answer.status != 0:
            raise UserError(f"git could not list the tags: {answer.error}", str(self.root))
        return Listing(answer.out, TAGS)

    def _without_remote(self) -> tuple[Gap, ...]:
        if self.is_shallow:
            return (Gap("no-remote", "this clone is shallow and has no remote to ask for the tags that it lacks"),)
        return ()


def _branch_name(ref: str) -> str:
    """A branch's name in `ref`, without refs/heads/ or refs/remotes/NAME/."""
    if ref.startswith("refs/heads/"):
        return ref[len("refs/heads/") :]
    return ref[len("refs/remotes/") :].partition("/")[2]


def _blobs(out: bytes, names: Sequence[str], filled: bool) -> Iterable[tuple[str, str, int, bytes]]:
    """`cat-file`'s answers in turn: `ID TYPE SIZE`, with the content and a newline if `filled`; or one line for what is not there."""
    at = 0
    for name in names:
        end = out.index(b"\n", at)
        words = out[at:end].split(b" ")
        at = end + 1
        if len(words) == 3 and words[-1].isdigit():
            size = int(words[2])
            if words[1] == b"blob":
                yield name, words[0].decode(), size, out[at : at + size] if filled else b""
            at += size + 1 if filled else 0


def _no_repository(error: str) -> str:
    """git's refusal in our words."""
    if "dubious ownership" in error:
        return "git does not trust this folder, as another user owns it: git config --global --add safe.directory PATH"
    return "this is no git repository"
