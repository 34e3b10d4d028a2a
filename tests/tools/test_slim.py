"""The style sheet that pages load: all that they use, and nothing else."""

from __future__ import annotations

import gzip

import pytest

from tools import slim
from tools.assets import NODE_MODULES, VENDOR

PAGE = '<p class="kern-body kern-alert--{{ kind }}"> var(--own)'


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".kern-body{color:red}", ".kern-body{color:red}"),
        (".kern-dropdown{color:red}", ""),
        ("p,html{margin:0}", "p,html{margin:0}"),
        (".kern-body,.kern-dropdown{color:red}", ".kern-body{color:red}"),
        (".kern-body .kern-dropdown{color:red}", ""),
        (".kern-body:not(.kern-dropdown,p){color:red}", ".kern-body:not(.kern-dropdown,p){color:red}"),
        (":where(:root,.kern-dark):not([a]){top:0}", ":where(:root,.kern-dark):not([a]){top:0}"),
        (".kern-dropdown:not(:is(p,.kern-body)){top:0}", ""),
        (".kern-body:is(p,div){color:red}", ".kern-body:is(p,div){color:red}"),
        (".kern-alert--danger{color:red}", ".kern-alert--danger{color:red}"),
        ("@media print{.kern-body{color:red}.kern-dropdown{top:0}}", "@media print{.kern-body{color:red}}"),
        ("@media print{.kern-dropdown{top:0}}", ""),
        ("@keyframes turn{to{rotate:1turn}}", "@keyframes turn{to{rotate:1turn}}"),
        (":root{--used:1px;--unused:2px}p{margin:var(--used)}", ":root{--used:1px}p{margin:var(--used)}"),
        (":root{--a:var(--b);--b:1px}", ""),
        (":root{--own:1px}", ":root{--own:1px}"),
        ('p{content:"a,{b}"}', 'p{content:"a,{b}"}'),
    ],
)
def test_rule_stays_exactly_when_a_page_can_use_it(css: str, expected: str) -> None:
    assert slim.slim(css, PAGE) == expected


def test_broken_style_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood at line 1"):
        slim.slim("p{color:red} }", PAGE)


def selectors(css: str) -> set[str]:
    """Every selector of a sheet, those of print and of narrow screens too."""

    def of(rules: list) -> set[str]:
        found: set[str] = set()
        for rule in rules:
            if slim._is_nest(rule):
                found |= of(slim._rules(rule.content))
            elif rule.type == "qualified-rule":
                found |= set(slim._selectors(rule.prelude))
        return found

    return of(slim._rules(css))


def test_shipped_sheet_keeps_every_selector_that_a_page_can_match() -> None:
    whole = (NODE_MODULES / "@kern-ux/native/dist/kern.min.css").read_text()
    shipped = (VENDOR / "kern" / "kern.min.css").read_text()
    known = slim.Known(set(slim._CLASS.findall(slim.read_sources())))
    missing = {one for one in selectors(whole) - selectors(shipped) if known.all_of(one)}
    # Those alone fall away that set nothing but properties to which nothing refers.
    assert {one for one in missing if "kern-" in one} == set()


def test_shipped_sheet_is_half_as_heavy() -> None:
    whole = (NODE_MODULES / "@kern-ux/native/dist/kern.min.css").read_bytes()
    shipped = (VENDOR / "kern" / "kern.min.css").read_bytes()
    assert len(gzip.compress(shipped)) < len(gzip.compress(whole)) / 2
