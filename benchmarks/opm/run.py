"""Run OPM Flow on the comparison problem BOX and read what it says.

Flow is the peer, not a dependency: it is Debian's ``libopm-simulators-bin``. It runs on one
thread. The restart file is read here with twenty lines, so that no extra package is needed.

    python benchmarks/opm/run.py --cells 32 --reports 10
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent))
from deck import Box, write_deck

HOW_TO_INSTALL = (
    "OPM Flow is not on this machine. On Debian or Ubuntu: apt-get install libopm-simulators-bin; "
    "elsewhere see the OPM project's own pages. Then run this again."
)
ITEM_BYTES = {"INTE": (">i4", 4), "REAL": (">f4", 4), "DOUB": (">f8", 8), "LOGI": (">i4", 4), "CHAR": ("S8", 8)}


class FlowFailed(RuntimeError):
    """Flow is absent, stopped with an error, or wrote no final state."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowRun:
    """What one run of Flow gave."""

    saturation: npt.NDArray[np.float64]  # of the injected fluid at the end, shape (N, N, N), index order z, y, x
    wall: float  # from start to exit of the process [s]
    user: float  # [s]
    peak_rss: int  # [bytes]
    steps: int  # time steps taken
    newtons: int  # nonlinear iterations, all together
    version: str


def find_flow() -> str | None:
    """Path of the program ``flow``, or None."""
    return shutil.which("flow")


def run_flow(box: Box, folder: Path | None = None, timeout: float = 3600.0) -> FlowRun:
    """Write the deck, run Flow on one thread, read the final saturation."""
    program = find_flow()
    if program is None:
        raise FlowFailed(HOW_TO_INSTALL)
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="azygos-opm-") as scratch:
            return run_flow(box, Path(scratch), timeout)
    deck = write_deck(box, folder)
    log = folder / "flow.log"
    command = [program, str(deck), f"--output-dir={folder}", "--threads-per-process=1"]
    command += [
        f"--initial-time-step-in-days={box.first_step_days:g}",
        f"--linear-solver-reduction={box.linear_reduction:g}",
    ]
    wall, user, peak, status = _timed(command, log, timeout)
    text = log.read_text(errors="replace")
    if status != 0:
        raise FlowFailed(f"flow stopped with status {status}; the last lines of its log:\n" + text[-1500:])
    saturation = read_last(folder / "BOX.UNRST", "SWAT").reshape(box.cells, box.cells, box.cells + 1)[:, :, :-1]
    return FlowRun(
        saturation=saturation.astype(np.float64),
        wall=wall,
        user=user,
        peak_rss=peak,
        steps=_steps(folder),
        newtons=_sum_of(r"Overall Newton Iterations:\s*(\d+)", text),
        version=(re.search(r"flow\s+(\d{4}\.\d+)", text, re.IGNORECASE) or ["", "unknown"])[1],
    )


def _timed(command: list[str], log: Path, timeout: float) -> tuple[float, float, int, int]:
    """Run a command with one thread; wall [s], user [s], peak resident memory [bytes], exit status."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with log.open("wb") as out:
        begin = time.perf_counter()
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)]
        child = os.posix_spawn(command[0], command, environment, file_actions=actions)
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            if done:
                break
            if time.perf_counter() - begin > timeout:
                os.kill(child, 9)
                os.waitpid(child, 0)
                raise FlowFailed(f"flow did not finish within {timeout:.0f} s; see {log}")
            time.sleep(0.02)
        wall = time.perf_counter() - begin
    return wall, usage.ru_utime, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def _sum_of(pattern: str, text: str) -> int:
    return sum(int(found) for found in re.findall(pattern, text))


def _steps(folder: Path) -> int:
    """Time steps that Flow took, from its own table of steps."""
    table = folder / "BOX.INFOSTEP"
    if not table.exists():
        return 0
    return max(0, len([line for line in table.read_text().splitlines() if line.strip()]) - 1)


def read_last(path: Path, keyword: str) -> npt.NDArray[np.float64]:
    """The last array called `keyword` in an Eclipse unformatted (big-endian Fortran) file."""
    data = path.read_bytes()
    place, found = 0, None
    while place < len(data):
        header, place = _record(data, place)
        name, count, kind = header[:8].decode("ascii").strip(), int.from_bytes(header[8:12], "big"), header[12:16]
        item = ITEM_BYTES.get(kind.decode("ascii"), ("", 0))
        parts, size = [], 0
        while size < count * item[1]:
            block, place = _record(data, place)
            parts.append(block)
            size += len(block)
        if name == keyword:
            found = np.frombuffer(b"".join(parts), dtype=item[0])
    if found is None:
        raise FlowFailed(f"{path.name} holds no {keyword}")
    return found.astype(np.float64)


def _record(data: bytes, place: int) -> tuple[bytes, int]:
    """One Fortran record that starts at `place`, and where the next one starts."""
    length = int.from_bytes(data[place : place + 4], "big")
    end = place + 4 + length
    if data[place : place + 4] != data[end : end + 4]:
        raise FlowFailed("the restart file is not an unformatted Fortran file, or is cut short")
    return data[place + 4 : end], end + 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cells", type=int, default=32)
    parser.add_argument("--ratio", type=float, default=10.0)
    parser.add_argument("--hetero", action="store_true")
    parser.add_argument("--reports", type=int, default=10)
    parser.add_argument("--first-step-days", type=float, default=1.0, help="of a run of 100 days")
    parser.add_argument("--days", type=float, default=100.0)
    parser.add_argument("--linear-reduction", type=float, default=1e-4, help="Flow's own default is 0.01")
    parser.add_argument("--save", type=Path, help="write the final saturation here (.npy)")
    parser.add_argument("--keep", type=Path, help="folder for the deck and Flow's output")
    args = parser.parse_args()
    box = Box(
        cells=args.cells,
        ratio=args.ratio,
        hetero=args.hetero,
        reports=args.reports,
        days=args.days,
        first_step_days=args.first_step_days,
        linear_reduction=args.linear_reduction,
    )
    try:
        run = run_flow(box, args.keep)
    except FlowFailed as failure:
        print(failure)
        return 0 if find_flow() is None else 1
    if args.save:
        np.save(args.save, run.saturation)
    injected = run.saturation.mean() / 0.30
    numbers = {name: value for name, value in asdict(run).items() if name != "saturation"}
    print(json.dumps({**asdict(box), **numbers, "injected_share": float(injected)}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
