"""Shares with their intervals, and tables."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence

Z = 1.959963984540054


def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % interval of a share of n; n may be an effective number."""
    if n <= 0:
        return 0.0, 1.0
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def clustered(hits: Sequence[bool], clusters: Sequence[object]) -> tuple[float, float, float]:
    """Share of hits with a 95 % interval that allows for clusters being alike.

    The number of cases is divided by how much more the clusters' shares scatter than single cases would (never less
    than one); where all are hit, or none, only clusters count.
    """
    n = len(hits)
    if n == 0:
        return math.nan, 0.0, 1.0
    share = sum(hits) / n
    sums: dict[object, list[float]] = defaultdict(list)
    for hit, cluster in zip(hits, clusters, strict=True):
        sums[cluster].append(float(hit) - share)
    if share in (0.0, 1.0):
        return (share, *wilson(share, len(sums)))
    k = len(sums)
    scatter = sum(sum(rest) ** 2 for rest in sums.values()) * k / max(1, k - 1)
    plain = n * share * (1 - share)
    return (share, *wilson(share, n / max(1.0, scatter / plain)))


def percent(hits: Sequence[bool], clusters: Sequence[object]) -> str:
    """A share as a table's cell: 97 % (93 to 99)."""
    if not hits:
        return "-"
    share, low, high = clustered(hits, clusters)
    return f"{100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def rate(events: int, scans: int) -> str:
    """Alarms a scan; none in n is written as below 3/n."""
    if scans == 0:
        return "-"
    return f"{events / scans:.2f}" if events else f"below {3 / scans:.2g} (none in {scans})"


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]) + "\n"


def csv_text(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The same as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def binned(value: float, edges: Sequence[float]) -> str:
    """The bin of a value, as "2 to 3"."""
    for low, high in itertools.pairwise(edges):
        if low <= value < high or (high == edges[-1] and value == high):
            return f"{low:g} to {high:g}"
    return f"over {edges[-1]:g}"
