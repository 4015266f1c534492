"""A running trial on the screen: a bar and a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azygos.trial import Standing

EVERY_S = 15.0  # between two plain lines


@contextlib.contextmanager
def shown_standing() -> Iterator[Callable[[Standing], None]]:
    """What shows how a trial stands, on stderr."""
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _PlainLines(lambda text: console.print(text, soft_wrap=True, highlight=False, markup=False)).show
        return
    with Live(console=console, transient=True, refresh_per_second=4) as live:
        yield lambda standing: live.update(_table(standing))


class _PlainLines:
    """A line now and then, and one at the end."""

    def __init__(self, say: Callable[[str], Any]) -> None:
        self._say, self._last = say, -math.inf

    def show(self, standing: Standing) -> None:
        now = time.monotonic()
        if now - self._last >= EVERY_S or standing.done == standing.asked:
            self._last = now
            self._say(line(standing))


def line(standing: Standing) -> str:
    """How a trial stands, in one line.

    Examples
    --------
    >>> from azygos.trial import Standing
    >>> line(Standing(done=3, asked=9, failed=1, rate=0.5, left_s=12.0, outcome="embolus_ct", shares=()))
    '3 of 9 followed, 1 failed, 0.50 a second, 12 s left'
    """
    said = [f"{standing.done} of {standing.asked} followed"]
    if standing.failed:
        said.append(f"{standing.failed} failed")
    if standing.rate > 0.0:
        said += [f"{standing.rate:.2f} a second", f"{span(standing.left_s)} left"]
    told = "; ".join(f"{share.strategy} {percent(share)}" for share in standing.shares if share.patients)
    return ", ".join(said) + (f"; {standing.outcome}: {told}" if told else "")


def percent(share: Any) -> str:
    """A share with its interval, in percent."""
    return f"{100 * share.value:.1f} % [{100 * share.low:.1f}, {100 * share.high:.1f}]"


def span(seconds: float) -> str:
    """A time in words that one reads at a glance.

    Examples
    --------
    >>> span(8000.0)
    '2 h 13 min'
    """
    if not math.isfinite(seconds):
        return "?"
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60.0)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _table(standing: Standing) -> Any:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    head = Table.grid(padding=(0, 1))
    rate = f"{standing.rate:.2f} a second, left {span(standing.left_s)}" if standing.rate > 0.0 else ""
    failed = f"{standing.failed} failed" if standing.failed else ""
    bar = ProgressBar(total=standing.asked, completed=standing.done, width=40)
    head.add_row("following", bar, f"{standing.done}/{standing.asked}", rate, Text(failed, style="red"))
    shares = Table("strategy", "patients", f"{standing.outcome} so far [95 %]", box=None, padding=(0, 1))
    for share in standing.shares:
        shares.add_row(Text(share.strategy), str(share.patients), percent(share) if share.patients else "")
    return Group(head, shares)
