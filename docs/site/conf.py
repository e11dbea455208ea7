"""How Sphinx makes the site; docs/site/build.py calls it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fit
import tables

from dlcourse import __version__
from dlcourse.course import catalogue

project = "dlcourse"
author = "The dlcourse developers"
project_copyright = "the dlcourse developers. Text and figures CC BY 4.0, code MIT"
release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["README.md", "static", "templates"]  # the README is a part of index.md
templates_path = ["templates"]

# Chapters and guides. Notebooks are shown as they are stored.
nb_execution_mode = "off"
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type"]  # recorded results have a text, too
myst_enable_extensions = ["dollarmath", "substitution"]
myst_heading_anchors = 3
myst_substitutions = tables.everything()

# The reference, from docstrings. No framework is loaded for it.
add_module_names = False
autodoc_mock_imports = ["jax", "keras", "tensorflow", "torch"]
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
default_role = "py:obj"

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "dlcourse"
html_static_path = ["static"]
html_extra_path = ["pictures"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_use_index = html_domain_indices = False  # the search finds the same, the reference lists it
html_context = {"default_mode": "auto"}
html_theme_options = {
    "collapse_navigation": True,
    "github_url": catalogue.repository(),
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}


def setup(app):
    """Fit pages that were written for the repository to the site."""
    app.add_html_math_renderer("mathml", (fit.write_formula, None), (fit.write_formula, None))
    app.connect("doctree-read", fit.describe_figures)
    app.connect("doctree-read", fit.replace_badges)
    app.connect("doctree-read", fit.lead_to_repository)
    app.connect("autodoc-process-docstring", fit.mark_up_docstring, priority=400)  # then napoleon
    app.connect("autodoc-skip-member", fit.skip_mocked)
