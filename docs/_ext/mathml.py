"""Formulas as MathML, written into the page when it is built.

Browsers draw MathML themselves, so a page needs no script, no font and no other machine.
"""

from __future__ import annotations

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

_UNKNOWN = ((r"\tfrac", r"\frac"), (r"\dfrac", r"\frac"), (r"\operatorname", r"\mathrm"))


def to_mathml(latex: str, *, block: bool) -> str:
    """One formula as a ``<math>`` element, its own TeX beside it for those who cannot see it drawn.

    A formula of several lines without an environment is set as Sphinx means it: lines aligned at ``&``.
    """
    text = latex.strip()
    for name, known in _UNKNOWN:
        text = text.replace(name, known)
    if block and r"\\" in text and r"\begin" not in text:
        text = rf"\begin{{aligned}}{text}\end{{aligned}}"
    spoken = re.sub(r"\s+", " ", latex.strip()).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    mathml = convert(text, display="block" if block else "inline")
    return mathml.replace("<math ", f'<math aria-label="{spoken}" ', 1)


def _inline(self, node: nodes.math) -> None:  # type: ignore[no-untyped-def]
    self.body.append(to_mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(self, node: nodes.math_block) -> None:  # type: ignore[no-untyped-def]
    self.body.append(f'<div class="math">{to_mathml(node.astext(), block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
