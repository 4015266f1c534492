"""The directive ``azygos-template``: the plan that ``azygos plan --template`` prints; the two cannot drift."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from azygos.plan.template import plan_template


class PlanTemplate(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        text = plan_template()
        return [nodes.literal_block(text, text, language="toml")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("azygos-template", PlanTemplate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
