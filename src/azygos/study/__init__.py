"""Scans in, folders out: trace, compare and render with files, worklists and a PACS."""

from azygos.study.again import picture_again
from azygos.study.changes import CompareResult, compare_schema
from azygos.study.comparing import CompareEffort, compare_again, compare_scans
from azygos.study.pacs import Pacs, trace_from_pacs
from azygos.study.record import kind_of_record
from azygos.study.rendering import Picture, RenderEffort, insert_pieces, render_case
from azygos.study.result import TraceResult, with_tracking
from azygos.study.run import TraceEffort, trace, trace_again
from azygos.study.screening import Screened, screen_case
from azygos.study.tables import trace_schema
from azygos.study.words import summarise_trace
from azygos.study.worklist import Row, trace_list

__all__ = [
    "CompareEffort",
    "CompareResult",
    "Pacs",
    "Picture",
    "RenderEffort",
    "Row",
    "Screened",
    "TraceEffort",
    "TraceResult",
    "compare_again",
    "compare_scans",
    "compare_schema",
    "insert_pieces",
    "kind_of_record",
    "picture_again",
    "render_case",
    "screen_case",
    "summarise_trace",
    "trace",
    "trace_again",
    "trace_from_pacs",
    "trace_list",
    "trace_schema",
    "with_tracking",
]
