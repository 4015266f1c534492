"""Two dates of one patient: register, match, say what changed."""

from azygos.compare.changes import Change, Changes, Region
from azygos.compare.comparison import compare
from azygos.compare.warp import Warp

__all__ = ["Change", "Changes", "Region", "Warp", "compare"]
