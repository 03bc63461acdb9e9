"""Every link leads somewhere, and every page can be found."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, anchors, links, pages, shown

INDEX = DOCS / "README.md"


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        if target.startswith(("http://", "https://")):
            continue
        found = page.parent / target if target else page
        assert found.exists(), f"{shown(page)} links to {link}"
        assert not anchor or anchor in anchors(found), f"{shown(page)} links to {link}"


def test_every_page_is_in_the_index() -> None:
    linked = {(DOCS / link).resolve() for link in links(INDEX)} | {INDEX}
    assert [shown(page) for page in pages()[1:] if page.resolve() not in linked] == []
