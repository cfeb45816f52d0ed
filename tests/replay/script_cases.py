"""Scripts of a script action: each publishes a release with the badge or without, or hands on whether `latest` moves."""

from __future__ import annotations

from program_cases import Case

COMPARE = """
const numbers = (v) => v.replace(/^v/, '').split('.').map((n) => parseInt(n, 10));
const newer = (a, b) => {
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) return a[i] > b[i];
  }
  return false;
};
"""
REPO = "owner: context.repo.owner, repo: context.repo.repo"

#: Scripts whose own call moves the badge.
BADGES = (
    Case(
        "created", "js", f"await github.rest.repos.createRelease({{ {REPO}, tag_name: context.ref.slice(10), draft: false }});", "ungated"
    ),
    Case("no badge asked for", "js", f"await github.rest.repos.createRelease({{ {REPO}, tag_name: 'x', make_latest: 'false' }});", "none"),
    Case(
        "a draft",
        "js",
        f"await github.rest.repos.createRelease({{ {REPO}, tag_name: '${{{{ github.ref_name }}}}', draft: true }});",
        "none",
    ),
    Case(
        "a draft that is published",
        "js",
        f"""
const tag = context.ref.replace('refs/tags/', '');
const {{ data: release }} = await github.rest.repos.getReleaseByTag({{ {REPO}, tag }});
await github.rest.repos.updateRelease({{ {REPO}, release_id: release.id, draft: false }});
""",
        "ungated",
    ),
    Case(
        "the notes changed",
        "js",
        f"await github.rest.repos.updateRelease({{ {REPO}, release_id: 1, body: 'text' }});",
        "none",
    ),
    Case(
        "compared with the badge, or let through",
        "js",
        COMPARE
        + f"""
let makeLatest = 'true';
try {{
  const {{ data: latest }} = await github.rest.repos.getLatestRelease({{ {REPO} }});
  if (newer(numbers(latest.tag_name), numbers('${{{{ github.ref_name }}}}'))) {{
    makeLatest = 'false';
  }}
}} catch (error) {{
  core.info('no release yet');
}}
await github.rest.repos.createRelease({{ {REPO}, tag_name: '${{{{ github.ref_name }}}}', make_latest: makeLatest }});
""",
        "fails open",
        "gh",
    ),
    Case(
        "compared with every release",
        "js",
        COMPARE
        + f"""
const tag = '${{{{ github.ref_name }}}}';
const releases = await github.paginate(github.rest.repos.listReleases, {{ {REPO}, per_page: 100 }});
const finals = releases.filter(({{ draft, prerelease }}) => !draft && !prerelease).map((r) => r.tag_name).filter((t) => t !== tag);
let highest;
for (const one of finals) {{
  if (!highest || newer(numbers(one), numbers(highest))) highest = one;
}}
const isLatest = !highest || newer(numbers(tag), numbers(highest));
await github.rest.repos.createRelease({{
  {REPO},
  tag_name: tag,
  generate_release_notes: true,
  make_latest: isLatest ? 'true' : 'false',
}});
""",
        "gated",
        "gh",
    ),
    Case(
        "turned round",
        "js",
        COMPARE
        + f"""
const {{ data }} = await github.rest.repos.listTags({{ {REPO} }});
const newest = data.map((t) => t.name).sort((a, b) => (newer(numbers(a), numbers(b)) ? -1 : 1))[0];
const older = newer(numbers(newest), numbers(context.ref.split('/').pop()));
await github.rest.repos.createRelease({{ {REPO}, tag_name: context.ref, make_latest: String(older) }});
""",
        "ungated",
        "gh",
    ),
)

#: Scripts that hand on whether a later step moves `latest`: by the output `latest`, or by what they return.
OUTPUTS = (
    Case("always", "js", "core.setOutput('latest', true);", "ungated"),
    Case("never", "js", "core.setOutput('latest', 'false');", "none"),
    Case(
        "compared",
        "js",
        COMPARE
        + f"""
const latest = await github.rest.repos.getLatestRelease({{ {REPO} }});
const isNewer = newer(numbers(context.ref.split('/')[2]), numbers(latest.data.tag_name));
core.setOutput('latest', isNewer);
""",
        "gated",
        "gh",
    ),
    Case(
        "fetched, and what fails is taken for nothing",
        "js",
        COMPARE
        + """
const response = await fetch(`https://api.github.com/repos/${context.repo.owner}/${context.repo.repo}/releases/latest`);
const current = response.ok ? (await response.json()).tag_name : 'v0.0.0';
core.setOutput('latest', newer(numbers(context.payload.ref.replace('refs/tags/', '')), numbers(current)) ? 'true' : 'false');
""",
        "fails open",
        "gh",
    ),
    Case("a final version", "js", "core.setOutput('latest', !context.ref.includes('-'));", "weak"),
)
RETURNS = tuple(
    Case(
        case.name + ", returned",
        "js",
        case.code.replace("core.setOutput('latest', ", "return (").replace("'true' : 'false'", "true : false"),
        case.label,
        case.lookup,
    )
    for case in OUTPUTS
    if case.name not in ("never",)
)
