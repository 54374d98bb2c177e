"""HTML pages from templates: every value escaped, every script known to the page by its hash."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2
from branca.element import Figure
from markupsafe import Markup

from nngis.cartography import assets
from nngis.cartography.style import shapes
from nngis.law import clause_words
from nngis.source_words import source_words
from nngis.text import Text
from nngis.unit_words import unit_words


class Page(Figure):
    """A folium figure whose page is ours and whose ids are fixed.

    Parameters
    ----------
    template : str
        Name of the template among the assets.
    context : mapping of str to object
        What the template shows. It is filled in once, in one pass: text in it is never read as
        a template.
    before : tuple of str
        Scripts to put before the one that folium writes.
    after : str
        Script to put after it.
    servers : sequence of str
        Servers that its pictures may come from; none unless somebody asked for tiles.
    """

    def __init__(
        self,
        template: str,
        context: Mapping[str, Any],
        *,
        before: tuple[str, ...] = (),
        after: str = "",
        servers: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._id = "nngis"
        self._page = environment().get_template(template)
        self._context = context
        self._before = before
        self._after = after
        self._servers = tuple(servers)

    def render(self, **kwargs: object) -> str:
        """Render the page."""
        for child in self._children.values():
            child.render(**kwargs)
        scripts = [*self._before, f"{self.script.render(**kwargs)}\n{self._after}\n"]
        return self._page.render(
            **self._context,
            body=Markup(self.html.render(**kwargs)),  # noqa: S704 - folium's own, from fixed text
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - ours and Leaflet's
            policy=policy(scripts, self._servers),
        )


def policy(scripts: list[str], servers: Sequence[str] = ()) -> str:
    """Return a content policy that lets a page load nothing and run only these scripts.

    Parameters
    ----------
    scripts : list of str
        The scripts of the page, to the letter.
    servers : sequence of str
        Servers that pictures may come from.

    Returns
    -------
    str
        For a ``Content-Security-Policy``.

    Examples
    --------
    >>> policy([]).split("; ")[:2]
    ["default-src 'none'", 'img-src data:']
    """
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    ]
    allowed = "script-src " + " ".join(f"'sha256-{one}'" for one in hashes) + "; " if hashes else ""
    return (
        f"default-src 'none'; {allowed}img-src {' '.join(['data:', *servers])}; "
        "style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def environment() -> jinja2.Environment:
    """Return the templates' environment, with escaping on.

    Returns
    -------
    jinja2.Environment
        Templates are looked up among the assets; `both` writes a text in both languages, `path`
        an outline by the name of its shape.
    """
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(assets.text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["both"] = both
    words = {"unit_words": unit_words, "source_words": source_words, "clause_words": clause_words}
    made.globals.update(words)
    made.globals["shapes"] = shapes()
    made.globals["asset"] = lambda name: Markup(assets.text(name))  # noqa: S704 - ships with us
    made.globals["leaflet_css"] = lambda: Markup(assets.leaflet_css())  # noqa: S704 - pinned
    return made


def both(text: Text | tuple[str, str]) -> Markup:
    """Write a text in both languages; the style sheet shows the one that the page speaks.

    Examples
    --------
    >>> print(both(Text("锅炉 <1>", "Boilers")))
    <span class="zh" lang="zh">锅炉 &lt;1&gt;</span><span class="en" lang="en">Boilers</span>
    """
    zh, en = text
    if zh == en:
        return Markup("<span>{}</span>").format(zh)
    return Markup(
        '<span class="zh" lang="zh">{}</span><span class="en" lang="en">{}</span>'
    ).format(
        zh,
        en,
    )
