"""Scans in, folders out: trace, compare and render with files, worklists and a PACS."""

from azygos.study.pacs import Pacs, trace_from_pacs
from azygos.study.record import kind_of_record
from azygos.study.result import TraceResult, with_tracking
from azygos.study.run import TraceEffort, trace, trace_again
from azygos.study.tables import trace_schema
from azygos.study.words import summarise_trace
from azygos.study.worklist import Row, trace_list

__all__ = [
    "Pacs",
    "Row",
    "TraceEffort",
    "TraceResult",
    "kind_of_record",
    "summarise_trace",
    "trace",
    "trace_again",
    "trace_from_pacs",
    "trace_list",
    "trace_schema",
    "with_tracking",
]
