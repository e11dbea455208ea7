"""Fit pages that were written for the repository to the site."""

import base64
import hashlib
import io
import posixpath
import re
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from PIL import Image
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.ext.autodoc.mock import _MockObject
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from dlcourse.course import catalogue, launch

# Between a function and what it is applied to, where browsers leave no space: sin 2, not sin2.
_APPLY = "<mo>&ApplyFunction;</mo>"

logger = logging.getLogger(__name__)

# Modules that annotate with `Array | None` can be imported without the framework.
_MockObject.__or__ = lambda self, other: self


def describe_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Give each figure of a notebook the alternative text that is stored beside it.

    myst-nb does not read it; it names a picture's file by the SHA-256 of what is in it. To readers
    who asked for less motion, an animation shows its still.
    """
    path = app.env.doc2path(app.env.docname)
    if path.suffix != ".ipynb":
        return
    stored = {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                picture = base64.b64decode(output.data["image/png"])
                name = hashlib.sha256(picture).hexdigest()
                stored[name] = picture, output.metadata["image/png"]["alt"]
    for image in list(doctree.findall(nodes.image)):
        if (name := Path(image["uri"]).stem) in stored:
            picture, image["alt"] = stored[name]
            calm(image, picture)


def calm(image: nodes.image, picture: bytes) -> None:
    """Put an animated `picture` into an element that offers its first frame, the still, too."""
    frames = Image.open(io.BytesIO(picture))
    if frames.n_frames == 1:
        return
    still = io.BytesIO()
    frames.save(still, "PNG", optimize=True)
    source = base64.b64encode(still.getvalue()).decode()
    asked = 'media="(prefers-reduced-motion: reduce)"'
    before = f'<picture><source {asked} srcset="data:image/png;base64,{source}">'
    around = [nodes.raw("", html, format="html") for html in (before, "</picture>")]
    image.replace_self([around[0], image, around[1]])


def replace_badges(app: Sphinx, doctree: nodes.document) -> None:
    """Make launch badges, whose pictures come from the network, links in words.

    Chapters that run in a browser, on the site itself, get one link more.
    """
    name = app.env.docname.removeprefix("notebooks/")
    for image in list(doctree.findall(nodes.image)):
        if "://" in image["uri"]:
            badge = image.parent
            badge["classes"].append("launch")
            image.replace_self(nodes.Text(image["alt"]))
            if image["alt"] == "Launch on Binder" and name in launch.IN_BROWSER:
                words, address = "Run in the browser", launch.lite_url(name)
                link = nodes.reference("", words, refuri=address, classes=["launch"])
                badge.parent += [nodes.Text(" "), link]


def lead_to_repository(app: Sphinx, doctree: nodes.document) -> None:
    """Lead links to files that are no pages to the repository, those to a folder to its index."""
    folder = posixpath.dirname(app.env.docname)
    kinds = (addnodes.pending_xref, addnodes.download_reference)
    for link in list(doctree.findall(lambda node: isinstance(node, kinds))):
        if link.get("reftype") != "myst":
            continue
        target = link["reftarget"]
        path = posixpath.normpath(posixpath.join(folder, target))
        if link["refdomain"] == "doc":
            link["reftarget"] = "index" if target == "README" else target
        elif f"{path}/index" in app.env.found_docs:
            index = {"refdomain": "doc", "reftarget": f"{path}/index", "reftargetid": None}
            link.attributes |= index
        elif (catalogue.root() / path).exists():
            address = f"{catalogue.repository()}/blob/{launch.BRANCH}/{path}"
            link.replace_self(nodes.reference("", "", *link.children, refuri=address))


def write_formula(translator: HTML5Translator, formula: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers set themselves: no script, no fonts, no network."""
    block = isinstance(formula, nodes.math_block)
    try:
        text = tex2mathml(formula.astext(), as_block=block)
    except MathError as error:
        logger.warning("%s: %s", formula.astext(), error, location=formula)
        raise nodes.SkipNode from error
    text = text.replace(_APPLY, f'{_APPLY}<mspace width="0.17em"></mspace>')
    # Where it is too wide, the keyboard must reach it to push it aside.
    translator.body.append(f'<div class="formula" tabindex="0">{text}</div>' if block else text)
    raise nodes.SkipNode


def mark_up_docstring(
    app: Sphinx, what: str, name: str, thing: object, options: dict, lines: list[str]
) -> None:
    """Make reStructuredText of a docstring, which uses a little Markdown.

    A block that is indented after a blank line is code; bars and stars are themselves.
    """
    marked: list[str] = []
    depth = 0
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if line and marked and not marked[-1] and indent > depth:
            marked += [" " * depth + "::", ""]
        if line:
            depth = indent
        marked.append(re.sub(r"\||(?<=\S)\*|\*(?=\S)", r"\\\g<0>", line))
    lines[:] = marked


def skip_mocked(
    app: Sphinx, what: str, name: str, thing: object, skip: bool, options: dict
) -> bool | None:
    """Leave out what cannot be described without its framework."""
    return True if hasattr(thing, "__sphinx_mock__") else None
