"""Sphinx reads this: pages in Markdown (MyST), the reference from docstrings (numpydoc)."""

import nngis

project = "nngis"
author = "nngis maintainers"
version = release = nngis.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "节能减排方案的空间规划 · maps, lists and decisions"}
html_copy_source = False
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# A page that links to a file of the repository finds it there; the site carries a copy.
myst_all_links_external = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
nitpicky = False
