"""The directives ``azygos-values`` and ``azygos-assumed``: every measured number, read when the page is built."""

from __future__ import annotations

from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from azygos.values.sources import all_values, references
from azygos.values.value import Value

_HEAD = ("value", "number", "range", "unit", "source", "where and why")


class ValuesTable(SphinxDirective):
    """One table for each file of ``azygos.values``, then the list of sources."""

    assumed_only = False

    def run(self) -> list[nodes.Node]:
        values = [(place, value) for place, value in all_values() if self._wanted(value)]
        made: list[nodes.Node] = []
        for module, group in groupby(values, key=lambda item: item[0].split(".")[0]):
            made.append(nodes.rubric("", module))
            made.append(_table([_row(place.split(".", 1)[1], value) for place, value in group]))
        if not self.assumed_only:
            made.append(nodes.rubric("", "sources"))
            made.append(_sources({value.source for _, value in values}))
        return made

    def _wanted(self, value: Value) -> bool:
        return value.source == "assumed" or not self.assumed_only


class AssumedTable(ValuesTable):
    """Only what no source gives."""

    assumed_only = True


def _row(name: str, value: Value) -> tuple[str, ...]:
    bounds = ("" if bound is None else f"{bound:.4g}" for bound in (value.low, value.high))
    span = " … ".join(bounds) if value.low is not None or value.high is not None else ""
    why = ". ".join(part for part in (value.where, value.note) if part)
    return name, f"{value.number:.4g}", span, "" if value.unit == "dimensionless" else value.unit, value.source, why


def _table(rows: list[tuple[str, ...]]) -> nodes.table:
    group = nodes.tgroup(cols=len(_HEAD))
    group += [nodes.colspec(colwidth=width) for width in (24, 10, 14, 10, 12, 30)]
    group += nodes.thead("", _cells(_HEAD))
    group += nodes.tbody("", *[_cells(row) for row in rows])
    return nodes.table("", group, classes=["values", "colwidths-given"])


def _cells(texts: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", text)) for text in texts])


def _sources(used: set[str]) -> nodes.definition_list:
    items = [
        nodes.definition_list_item("", nodes.term("", key), nodes.definition("", nodes.paragraph("", line)))
        for key, line in sorted(references().items())
        if key in used
    ]
    return nodes.definition_list("", *items)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("azygos-values", ValuesTable)
    app.add_directive("azygos-assumed", AssumedTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
