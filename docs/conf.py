"""How the documentation is built: no page asks another machine for anything."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from azygos import __version__

project = "azygos"
author = "The azygos maintainers"
copyright = "2026, the azygos maintainers. Research use only: not a medical device"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",  # in _ext: formulas as MathML, drawn by the browser itself
    "plan_template",  # in _ext: the plan that the program prints
    "values_table",  # in _ext: every measured number, read from azygos.values
]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "azygos"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["azygos.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"announcement": "Research use only: not a medical device, not for clinical decisions."}
