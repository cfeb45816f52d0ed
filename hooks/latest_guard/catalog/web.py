"""curl, wget and their kin: lookups and moves by URL.

What an address answers is told by its shape, so that mirrors and hosts in variables are known as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.catalog.answers import newest, unknown, worlds
from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Form, Mover, Question, Target
from latest_guard.catalog.releases import api_answer, badge, edited, reshaped
from latest_guard.catalog.signs import sends
from latest_guard.catalog.strings import HOLE, json_field, starts, veiled
from latest_guard.values import Colour, Lookup, Order, Symbol, join, plain, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

CURL = options(
    "-o --output -X --request -d --data --data-raw --data-binary --data-urlencode --json -H --header -w --write-out -u --user "
    "-A --user-agent -T --upload-file -F --form -e --referer -m --max-time --connect-timeout --retry --retry-delay "
    "--retry-max-time -b --cookie -c --cookie-jar -x --proxy -D --dump-header -K --config -E --cert --key --cacert --resolve "
    "--url --oauth2-bearer --netrc-file --output-dir --max-redirs"
)
WGET = options(
    "-O --output-document -o --output-file --header --method --body-data --post-data -U --user-agent -t --tries -T --timeout -P -q="
)
HTTP = options("-o --output -a --auth -A --auth-type --session --timeout --max-redirects")
#: Letters of curl's flags that may be written together.
SWITCHES = "fsSLkgGIijJNOqRvn#a0146"

Answer: TypeAlias = Callable[[], Symbol]


def _parts(url: str) -> tuple[str, list[str]]:
    """Host and path of an address; what stands behind `?` or `#` is cut off."""
    bare = url.strip().partition("?")[0].partition("#")[0]
    rest = bare.partition("://")[2] or bare
    host, _, path = rest.partition("/")
    return host.lower(), [part for part in path.split("/") if part]


def _shaped(name: str, order: Order, before: str, between: str, after: str, prefix: str = "") -> Symbol:
    """A list of known versions, each written between texts."""
    found = worlds(prefix, own=False, order=order, descending=False, separator=between)
    first, second, third = (before + sample + after for sample in found)
    return Symbol(name, Colour.KNOWN, (first, second, third), lookup=Lookup(name, None, False, True, order, True))


def _one(name: str, before: str, after: str, order: Order = Order.POINTER, prefix: str = "") -> Symbol:
    return reshaped(newest(name, order, prefix=prefix), lambda version: before + version + after, many=False)


def registry_tags() -> Symbol:
    """The distribution specification's `/v2/<name>/tags/list`: https://github.com/opencontainers/distribution-spec"""
    return _shaped("the registry's tags", Order.TEXT, '{"name": "o/r", "tags": ["', '", "', '"]}')


def hub_tags() -> Symbol:
    """Docker Hub's `/v2/repositories/<name>/tags`."""
    return _shaped("the registry's tags", Order.DATE, '{"results": [{"name": "', '"}, {"name": "', '"}]}')


def quay_tags() -> Symbol:
    """Quay's `/api/v1/repository/<name>/tag`."""
    return _shaped("the registry's tags", Order.DATE, '{"tags": [{"name": "', '"}, {"name": "', '"}]}')


def npm_document() -> Symbol:
    """npm's document of a package."""
    return _shaped(
        "npm's versions of the package", Order.VERSION, '{"dist-tags": {"latest": "1.28.0"}, "versions": {"', '": {}, "', '": {}}}'
    )


def npm_latest() -> Symbol:
    """npm's document of a dist-tag."""
    return _one("npm's dist-tag latest", '{"name": "package", "version": "', '"}')


def pypi() -> Symbol:
    """PyPI's JSON: https://docs.pypi.org/api/json/"""
    name = "PyPI's versions of the package"
    return _shaped(name, Order.TEXT, '{"info": {"version": "1.28.0"}, "releases": {"', '": [], "', '": []}}')


def crate() -> Symbol:
    """crates.io's JSON of a crate."""
    return _one(
        "crates.io's newest version",
        '{"crate": {"max_version": "{0}", "max_stable_version": "'.replace("{0}", "1.28.0"),
        '"}}',
        Order.VERSION,
    )


def maven_metadata() -> Symbol:
    """A Maven repository's maven-metadata.xml."""
    before = "<metadata><versioning><latest>1.28.0</latest><release>1.28.0</release><versions><version>"
    return _shaped(
        "Maven's versions of the artifact", Order.DATE, before, "</version><version>", "</version></versions></versioning></metadata>"
    )


def address_answer(url: Str) -> Symbol | None:
    """What GET of an address says of known versions; None where it is no lookup."""
    host, parts = _parts(veiled(url))
    tail = parts[-1] if parts else ""
    if ("repos" in parts or ("repositories" in parts and "docker" not in host)) and (found := api_answer("/".join(parts))) is not None:
        return found
    for holds, answer in _SHAPES:
        if holds(host, parts, tail):
            return answer()
    return None


def _behind(parts: Sequence[str], *names: str) -> Sequence[str]:
    """The parts behind the first run of `names`."""
    for at in range(len(parts) - len(names) + 1):
        if tuple(parts[at : at + len(names)]) == names:
            return parts[at + len(names) :]
    return ()


POINTER_FILES = options(
    "latest.txt LATEST latest-version latest_version latest_version.txt stable.txt latest.json latest-release.json "
    "versions.json releases.json current_version.txt latest_release.txt latest.yml VERSION version.txt versions.txt "
    "latest-stable-version.txt"
)

Holds: TypeAlias = Callable[[str, "list[str]", str], bool]

_SHAPES: tuple[tuple[Holds, Answer], ...] = (
    (lambda host, parts, tail: parts[-2:] == ["tags", "list"], registry_tags),
    (lambda host, parts, tail: tail == "tags" and "docker" in host and parts[:1] in (["v2"], ["v1"]), hub_tags),
    (
        lambda host, parts, tail: parts[-2:] == ["tags", "latest"] and "docker" in host,
        lambda: unknown("what the pointer is now", Order.POINTER, many=False),
    ),
    (
        lambda host, parts, tail: parts[-2:] == ["manifests", "latest"],
        lambda: unknown("what the pointer is now", Order.POINTER, many=False),
    ),
    (lambda host, parts, tail: "repository" in parts and tail == "tag", quay_tags),
    (lambda host, parts, tail: host.startswith("registry.npm") and tail == "latest", npm_latest),
    (lambda host, parts, tail: tail == "dist-tags", lambda: _one("npm's dist-tag latest", '{"latest": "', '"}')),
    (
        lambda host, parts, tail: host.startswith("registry.npm") and (len(parts) == 1 or (len(parts) == 2 and parts[0].startswith("@"))),
        npm_document,
    ),
    (lambda host, parts, tail: "pypi" in parts and tail == "json" and len(_behind(parts, "pypi")) == 2, pypi),
    (lambda host, parts, tail: len(_behind(parts, "api", "v1", "crates")) == 1, crate),
    (lambda host, parts, tail: tail == "versions" and bool(_behind(parts, "crates")), lambda: unknown("crates.io's versions", Order.DATE)),
    (lambda host, parts, tail: tail == "maven-metadata.xml", maven_metadata),
    (lambda host, parts, tail: parts[:1] == ["solrsearch"], lambda: unknown("Maven's newest version", Order.VERSION, many=False)),
    (lambda host, parts, tail: tail == "@latest", lambda: _one("the module proxy's latest", '{"Version": "', '"}', Order.VERSION, "v")),
    (lambda host, parts, tail: parts[-2:] == ["@v", "list"], lambda: _shaped("the module proxy's versions", Order.NONE, "", "\n", "", "v")),
    (
        lambda host, parts, tail: "rubygems" in host and ("gems" in parts or "versions" in parts),
        lambda: unknown("RubyGems' versions", Order.DATE),
    ),
    (lambda host, parts, tail: "packagist" in host and tail.endswith(".json"), lambda: unknown("Packagist's versions", Order.VERSION)),
    (
        lambda host, parts, tail: "nuget" in host and tail == "index.json",
        lambda: _shaped("NuGet's versions", Order.VERSION, '{"versions": ["', '", "', '"]}'),
    ),
    (
        lambda host, parts, tail: "formula" in parts and tail.endswith(".json"),
        lambda: _one("Homebrew's version", '{"versions": {"stable": "', '"}}'),
    ),
    (
        lambda host, parts, tail: parts[-3:] == ["releases", "permalink", "latest"],
        lambda: _one("GitLab's latest release", '{"tag_name": "', '"}', Order.BADGE, "v"),
    ),
    (lambda host, parts, tail: "projects" in parts and tail in ("releases", "tags"), lambda: unknown("GitLab's releases", Order.DATE)),
    (lambda host, parts, tail: host == "endoflife.date", lambda: unknown("the product's release lines", Order.VERSION)),
    (
        lambda host, parts, tail: host.endswith("github.com") and tail in ("releases", "tags", "releases.atom", "tags.atom"),
        lambda: unknown("GitHub's releases", Order.DATE),
    ),
    (
        lambda host, parts, tail: tail in POINTER_FILES and HOLE not in tail,
        lambda: unknown("what is published as the latest version", Order.POINTER, many=False),
    ),
)


def redirects_to_latest(url: Str) -> bool:
    """`https://github.com/o/r/releases/latest`, which redirects to the release that has the badge."""
    host, parts = _parts(veiled(url))
    return parts[-2:] == ["releases", "latest"] and "repos" not in parts and (host in ("github.com", "www.github.com") or HOLE in host)


def _url(arguments: Arguments) -> Str | None:
    given = arguments.value("--url")
    return given if given is not None else arguments.positional(0)


def _urls(arguments: Arguments) -> Sequence[Str]:
    return [*arguments.values("--url"), *arguments.positionals]


def _reads(arguments: Arguments) -> bool:
    method = (plain(arguments.value("-X", "--request", "--method") or ()) or "GET").upper()
    sends = arguments.has("-d", "--data", "--data-raw", "--data-binary", "--json", "-T", "--upload-file", "-F", "--form", "--post-data")
    return method in ("GET", "HEAD") and (not sends or arguments.has("-G", "--get"))


def _location(tag: str) -> str:
    return f"https://github.com/o/r/releases/tag/{tag}"


def _write_out(arguments: Arguments) -> Symbol | None:
    """`curl -w '%{redirect_url}'`: where GitHub's latest release is."""
    shape = veiled(arguments.value("-w", "--write-out") or ())
    if not any(redirects_to_latest(url) for url in _urls(arguments)):
        return None
    if not any(name in shape for name in ("redirect_url", "url_effective", "{header", "location")):
        return None
    return reshaped(newest("GitHub's latest release", Order.BADGE), _location, many=False)


def _fetched(arguments: Arguments) -> Symbol | None:
    if not _reads(arguments) or arguments.has("-O", "--remote-name", "-J"):
        return None
    for url in _urls(arguments):
        if redirects_to_latest(url):
            return _redirected(arguments)
        if (found := address_answer(url)) is not None and not arguments.has("-I", "--head"):
            return found
    return None


def _redirected(arguments: Arguments) -> Symbol:
    latest = newest("GitHub's latest release", Order.BADGE)
    if arguments.has("-I", "--head", "-i", "--include", "-v", "-D"):
        return reshaped(latest, lambda tag: f"HTTP/2 302 \r\nlocation: {_location(tag)}\r", many=False)
    return Symbol(latest.name, latest.colours, None, lookup=latest.lookup)


def _wget(arguments: Arguments) -> Symbol | None:
    if not _reads(arguments) or not arguments.has("-O", "--output-document"):
        return None
    return next((found for url in _urls(arguments) if (found := address_answer(url)) is not None), None)


def _http(arguments: Arguments) -> Symbol | None:
    words = list(arguments.positionals)
    if words and plain(words[0]) in ("POST", "PUT", "PATCH", "DELETE"):
        return None
    return next((found for url in words if (found := address_answer(url)) is not None), None)


def _power(arguments: Arguments) -> Symbol | None:
    words = [*arguments.values("-Uri", "-uri"), *arguments.positionals]
    return next((found for url in words if (found := address_answer(url)) is not None), None)


QUESTIONS = (
    Question(
        "curl --write-out",
        ("curl",),
        (),
        _write_out,
        CURL,
        SWITCHES,
        examples=(
            "curl -sLo /dev/null -w %{url_effective} https://github.com/o/r/releases/latest",
            "curl -s -o /dev/null --write-out '%{redirect_url}' https://github.com/$REPO/releases/latest",
        ),
        counters=("curl -w %{http_code} https://github.com/o/r/releases/latest", "curl -w %{url_effective} https://github.com/o/r"),
    ),
    Question(
        "curl",
        ("curl",),
        (),
        _fetched,
        CURL,
        SWITCHES,
        files=("-o", "--output"),
        examples=(
            "curl -fsSL https://api.github.com/repos/o/r/releases/latest",
            "curl -s https://api.github.com/repos/$REPO/tags?per_page=100",
            "curl -s $GITHUB_API_URL/repos/$GITHUB_REPOSITORY/releases",
            "curl -sI https://github.com/o/r/releases/latest",
            "curl https://registry-1.docker.io/v2/o/r/tags/list",
            "curl -s https://hub.docker.com/v2/repositories/o/r/tags/?page_size=100",
            "curl -H Accept:x https://ghcr.io/v2/o/r/tags/list?n=1000",
            "curl https://registry.npmjs.example/@o/p/latest",
            "curl https://registry.npmjs.example/p",
            "curl https://pypi.org/pypi/p/json",
            "curl https://crates.io/api/v1/crates/p",
            "curl https://repo1.maven.org/maven2/o/p/maven-metadata.xml",
            "curl https://proxy.golang.org/o/p/@v/list",
            "curl https://quay.io/api/v1/repository/o/r/tag/",
            "curl -o out.json https://api.github.com/repos/o/r/releases",
            "curl https://codeberg.org/api/v1/repos/o/r/releases/latest",
            "curl https://gitlab.com/api/v4/projects/7/releases",
        ),
        counters=(
            "curl -LO https://github.com/o/r/releases/latest/download/x.tgz",
            "curl -X POST https://api.github.com/repos/o/r/releases -d {}",
            "curl https://api.github.com/repos/o/r/releases/tags/v1.27.4",
            "curl https://example.org/",
            "curl -d a=b https://api.github.com/repos/o/r/releases",
            "curl https://pypi.org/pypi/p/1.27.4/json",
            "curl https://crates.io/api/v1/crates/p/1.27.4",
            "curl https://registry.npmjs.example/p/1.27.4",
        ),
    ),
    Question(
        "wget",
        ("wget",),
        (),
        _wget,
        WGET,
        "qcnNvS",
        files=("-O", "--output-document"),
        examples=("wget -qO- https://api.github.com/repos/o/r/releases/latest", "wget -q -O x.json https://api.github.com/repos/o/r/tags"),
        counters=("wget https://api.github.com/repos/o/r/releases/latest", "wget -qO- https://example.org/x.tgz"),
    ),
    Question(
        "http",
        ("http", "https", "xh"),
        (),
        _http,
        HTTP,
        examples=("http GET https://api.github.com/repos/o/r/releases/latest", "https api.github.com/repos/o/r/tags"),
        counters=("http POST https://api.github.com/repos/o/r/releases", "http https://example.org"),
    ),
    Question(
        "Invoke-RestMethod",
        ("Invoke-RestMethod", "irm", "Invoke-WebRequest", "iwr"),
        (),
        _power,
        options("-Uri -uri -Headers -Method -OutFile"),
        examples=("Invoke-RestMethod -Uri https://api.github.com/repos/o/r/releases/latest",),
        counters=("Invoke-RestMethod -Uri https://example.org",),
    ),
)


def _data(arguments: Arguments) -> Str:
    return join(arguments.values("-d", "--data", "--data-raw", "--data-binary", "--json", "--body-data", "--post-data"), " ")


def _sent(arguments: Arguments) -> Sequence[Target]:
    """Writes to a releases API (GitHub's, Gitea's)."""
    url, data = _url(arguments), _data(arguments)
    if url is None:
        return ()
    _, parts = _parts(veiled(url))
    method = (plain(arguments.value("-X", "--request", "--method") or ()) or ("POST" if data else "GET")).upper()
    if "repos" not in parts:
        return ()
    settings = json_field(data, "make_latest"), json_field(data, "draft"), json_field(data, "prerelease")
    if parts[-1] == "releases" and method == "POST":
        return badge(*settings)
    if len(parts) > 1 and parts[-2] == "releases" and method in ("PATCH", "PUT"):
        return edited(*settings)
    if parts[-2:] == ["git", "refs"] and method == "POST" and (ref := json_field(data, "ref")):
        return (Target(ref, Form.REF),)
    if "refs" in parts and "tags" in parts and method in ("PATCH", "PUT"):
        return (Target(text("/".join(_behind(parts, "tags"))), Form.REF),)
    return ()


def _manifest(arguments: Arguments) -> Sequence[Target]:
    """`PUT /v2/<name>/manifests/<tag>`."""
    url = _url(arguments)
    method = (plain(arguments.value("-X", "--request", "--method") or ()) or "").upper()
    if url is None or method != "PUT":
        return ()
    _, parts = _parts(veiled(url))
    if parts[:1] != ["v2"] or "manifests" not in parts or not parts[-1] or HOLE in parts[-1]:
        return ()
    return (Target(text(parts[-1]), Form.TAG, repository="/".join(parts[1 : parts.index("manifests")])),)


def _uploaded(arguments: Arguments) -> Sequence[Target]:
    method = (plain(arguments.value("-X", "--request") or ()) or "").upper()
    if not arguments.has("-T", "--upload-file") and not (method == "PUT" and arguments.has("--data-binary")):
        return ()
    return tuple(Target(url, Form.PATH) for url in _urls(arguments) if not starts(url, "-") and "manifests" not in veiled(url))


MOVERS = (
    Mover(
        "the releases API by curl",
        "github-release",
        ("curl",),
        (),
        _sent,
        CURL,
        SWITCHES,
        examples=(
            """curl -X POST https://api.github.com/repos/o/r/releases -d '{"tag_name": "v1", "draft": false}'""",
            """curl -sX PATCH --data '{"draft":false}' https://api.github.com/repos/$REPO/releases/$ID""",
            "curl https://api.github.com/repos/o/r/releases -d @release.json",
            """curl -X PATCH https://api.github.com/repos/o/r/releases/7 -d '{"make_latest": "true"}'""",
            """curl -X PATCH https://api.github.com/repos/o/r/git/refs/tags/latest -d '{"sha": "$SHA", "force": true}'""",
        ),
        counters=(
            """curl -X POST https://api.github.com/repos/o/r/releases -d '{"tag_name": "v1", "draft": true}'""",
            """curl -X PATCH https://api.github.com/repos/o/r/releases/7 -d '{"body": "x"}'""",
            """curl -X POST https://api.github.com/repos/o/r/releases -d '{"make_latest":"false"}'""",
            "curl https://api.github.com/repos/o/r/releases",
            "curl -X DELETE https://api.github.com/repos/o/r/releases/7",
            "curl -X POST https://hooks.example.org/ -d {}",
        ),
        sign=sends,
    ),
    Mover(
        "a manifest by curl",
        "docker",
        ("curl",),
        (),
        _manifest,
        CURL,
        SWITCHES,
        examples=("curl -X PUT -d @m.json https://ghcr.io/v2/o/r/manifests/latest",),
        counters=("curl https://ghcr.io/v2/o/r/manifests/latest", "curl -X PUT https://ghcr.io/v2/o/r/blobs/uploads"),
        sign=sends,
    ),
    Mover(
        "an upload by curl",
        "storage",
        ("curl",),
        (),
        _uploaded,
        CURL,
        SWITCHES,
        examples=(
            "curl -fT x.tgz https://files.example.org/latest/x.tgz",
            "curl -X PUT --data-binary @x https://files.example.org/latest/x",
        ),
        counters=(
            "curl -fsSL https://files.example.org/latest/x.tgz -o x.tgz",
            "curl -X PUT --data-binary @m https://ghcr.io/v2/o/r/manifests/latest",
        ),
        sign=sends,
    ),
)
