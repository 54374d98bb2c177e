"""Pages name files, commands and parameters that exist, and the site's links lead somewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote, urlsplit

import pytest
from typer.main import get_command

from nngis.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")} - {ROOT / "CHANGELOG.md"})
each = pytest.mark.parametrize("page", PAGES, ids=lambda one: str(one.relative_to(ROOT)))
ROOMS = "benchmarks|docs|layers|nngis|notebooks|packaging|tests"


@each
def test_files_that_a_page_names_exist(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{ROOMS})/[\w./-]+)`", text)
    assert [one for one in named if not (ROOT / one).exists()] == []
    for name in re.findall(r"`(nngis\.(?!exe)\w+(?:\.\w+)*)`", text):
        assert resolve_name(name) is not None


@each
def test_links_between_pages_lead_to_files(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [one for one in links if not urlsplit(one).scheme]
    assert [one for one in inside if not (page.parent / unquote(one)).exists()] == []


@each
def test_commands_that_a_page_names_exist(page):
    words = re.findall(r"`nngis ([a-z ]+)", page.read_text(encoding="utf-8"))
    root = get_command(app)
    for said in words:
        first, *rest = said.split()
        command = root.commands.get(first)
        assert command is not None, said
        if rest and hasattr(command, "commands"):
            assert rest[0] in command.commands, said


class Links(HTMLParser):
    """Where a page of the site leads, and the anchors it has."""

    def __init__(self, text):
        super().__init__()
        self.to, self.anchors = [], {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.anchors.update(value for name, value in attrs if name in ("id", "name"))
        if tag in ("a", "link", "script", "img"):
            self.to.append(found.get("href") or found.get("src") or "")


def test_the_site_is_built_without_a_warning_and_its_links_and_anchors_exist(tmp_path):
    pytest.importorskip("myst_parser", reason="the extra docs is not installed")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", tmp_path / "tree"]
    built = subprocess.run(
        [*command, ROOT / "docs", tmp_path / "site"], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    site = {
        one.relative_to(tmp_path / "site").as_posix(): Links(one.read_text(encoding="utf-8"))
        for one in (tmp_path / "site").rglob("*.html")
    }
    broken = []
    for name, page in site.items():
        for link in page.to:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto"):
                assert not link.endswith((".js", ".css")), f"{name} asks the network for {link}"
                continue
            beside = (tmp_path / "site" / name).parent / unquote(parts.path)
            target = beside.resolve() if parts.path else (tmp_path / "site" / name).resolve()
            at = target.relative_to((tmp_path / "site").resolve()).as_posix()
            known = site[at].anchors if at in site else {""}
            if not target.exists() or unquote(parts.fragment) not in known:
                broken.append(f"{name}: {link}")
    assert broken == []
    assert len(site) > len(list((ROOT / "docs").glob("*.md")))
