"""Handlebars as people write it into the inputs of actions."""

from __future__ import annotations

import contextlib
import time

import pytest

from latest_guard.expressions import handlebars

VALUES: dict[str, handlebars.Value] = {
    "tag": "v1.27.4",
    "major": 1,
    "zero": 0,
    "none": None,
    "empty": "",
    "list": ["rc", 2],
    "nothing": [],
    "html": "<a&\"b'=`>",
    "yes": True,
    "date": lambda arguments, options: f"{'/'.join(arguments)}@{options.get('tz', '')}",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{{tag}}", "v1.27.4"),
        ("{{ tag }}-{{major}}", "v1.27.4-1"),
        ("{{{html}}}", "<a&\"b'=`>"),
        ("{{&html}}", "<a&\"b'=`>"),
        ("{{html}}", "&lt;a&amp;&quot;b&#x27;&#x3D;&#x60;&gt;"),
        ("{{missing}}{{none}}{{empty}}", ""),
        ("{{list}}", "rc,2"),
        ("{{yes}}", "true"),
        ("{{date 'YYYY'}}", "YYYY@"),
        ("{{date \"YYYY-MM\" tz='Asia/Tokyo'}}", "YYYY-MM@Asia/Tokyo"),
        ("{{date}}", "@"),
        ("{{#if tag}}a{{else}}b{{/if}}", "a"),
        ("{{#if zero}}a{{else}}b{{/if}}", "b"),
        ("{{#if nothing}}a{{/if}}c", "c"),
        ("{{#unless list}}a{{else}}b{{/unless}}", "b"),
        ("{{#if tag}}{{#if empty}}x{{else}}{{major}}{{/if}}{{/if}}", "1"),
        ("a {{~tag~}} b", "av1.27.4b"),
        ("a{{! note }}b{{!-- note --}}c", "abc"),
        (r"\{{tag}}", "{{tag}}"),
        ("{ {tag} }", "{ {tag} }"),
    ],
)
def test_what_comes_out(template: str, text: str) -> None:
    assert handlebars.render(template, VALUES) == text


REFUSED = (
    *("{{tag", "{{#if tag}}", "{{/if}}", "{{else}}", "{{#if tag}}{{/unless}}", "{{}}"),
    *("{{#each list}}{{/each}}", "{{tag 'x'}}", "{{> part}}", "{{^tag}}{{/tag}}", "{{a b(c)}}"),
    "{{#if tag}}" * 30 + "{{/if}}" * 30,
)


@pytest.mark.parametrize("template", REFUSED)
def test_what_is_refused(template: str) -> None:
    with pytest.raises(handlebars.TemplateError):
        handlebars.render(template, VALUES)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{raw}}", "raw"),
        ("{{ raw }}", "raw"),
        ("{{{raw}}}", "raw"),
        ("v{{raw}}", None),
        ("{{raw}} ", None),
        ("{{date 'x'}}", None),
        ("raw", None),
    ],
)
def test_a_single_name(template: str, name: str | None) -> None:
    assert handlebars.only_name(template) == name


def test_time_grows_with_the_template() -> None:
    for piece in ("{{", "{{tag}} ", "{{!--", "{{tag 'a' ", "{{#if tag}}{{/if}}", "~{{~ tag ~}}"):
        start = time.process_time()
        with contextlib.suppress(handlebars.TemplateError):
            handlebars.render(piece * 5000, VALUES)
        assert time.process_time() - start < 2, piece
