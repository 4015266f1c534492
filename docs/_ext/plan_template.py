"""Directives for what ``--template`` prints (plan, case, trial): page and program cannot drift."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from azygos.case import case_template
from azygos.plan.template import plan_template
from azygos.trial.trial_file import trial_template


class PlanTemplate(SphinxDirective):
    """The plan to begin with."""

    def run(self) -> list[nodes.Node]:
        return _listing(plan_template())


class CaseTemplate(SphinxDirective):
    """The case to begin with."""

    def run(self) -> list[nodes.Node]:
        return _listing(case_template())


class TrialTemplate(SphinxDirective):
    """The trial to begin with."""

    def run(self) -> list[nodes.Node]:
        return _listing(trial_template())


def _listing(text: str) -> list[nodes.Node]:
    return [nodes.literal_block(text, text, language="toml")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("azygos-template", PlanTemplate)
    app.add_directive("azygos-case", CaseTemplate)
    app.add_directive("azygos-trial", TrialTemplate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
