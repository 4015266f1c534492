"""How long the local page takes from a dropped CT to its first picture, and what it weighs.

python benchmarks/app.py [--slices 300]

Starts ``azygos app``, uploads an uncompressed NIfTI of 512 x 512 x 300 over loopback, opens it and asks for a plane,
as the page does. Wall times, and of the processes' CPU; the memory is what the system counts for the server and its
children.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import nibabel as nib
import numpy as np
import psutil

CHUNK = 1 << 20


def main() -> None:
    """Print one line for each thing that was timed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=300)
    slices = parser.parse_args().slices
    with tempfile.TemporaryDirectory() as folder:
        ct = Path(folder) / "ct.nii"
        write_ct(ct, slices)
        begun = time.perf_counter()
        command = [sys.executable, "-m", "azygos", "app", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
            try:
                assert process.stdout is not None
                address = re.findall(r"http://\S+", process.stdout.readline())[0]
                with httpx.Client(base_url=address.split("/?")[0], timeout=120.0) as client:
                    client.get(address)
                    say("start to first answer", time.perf_counter() - begun)
                    time.sleep(2.0)
                    weigh("idle", process.pid)
                    before = worked(process.pid)
                    open_and_look(client, ct, slices)
                    say("CPU of server and reader", worked(process.pid) - before)
                    weigh("with the scan open", process.pid)
            finally:
                process.terminate()


def write_ct(path: Path, slices: int) -> None:
    """Noise in soft tissue, bone in the middle, air around."""
    hu = np.random.default_rng(0).normal(40.0, 25.0, (512, 512, slices)).astype(np.int16)
    hu[:60], hu[200:300, 200:300] = -1000, 700
    nib.save(nib.Nifti1Image(hu, np.diag([-0.8, -0.8, 1.0, 1.0])), path)


def open_and_look(client: httpx.Client, ct: Path, slices: int) -> None:
    """Upload, read, first picture, and then pictures of each plane."""
    begun = time.perf_counter()
    upload = client.post("/api/uploads").json()["upload"]
    length = {"Content-Length": str(ct.stat().st_size)}
    client.put(f"/api/uploads/{upload}/files", params={"name": "ct.nii"}, content=chunks(ct), headers=length)
    say("upload", time.perf_counter() - begun)
    job = client.post(f"/api/uploads/{upload}/open", json={"as": "scan"}).json()["job"]
    while (told := client.get(f"/api/jobs/{job}").json())["state"] in ("waiting", "running"):
        time.sleep(0.05)
    say("reading", told["seconds"])
    scan = told["result"]["scan"]["id"]
    look(client, scan, "axial", slices // 2)
    say("dropped to first picture", time.perf_counter() - begun)
    for plane in ("axial", "coronal", "sagittal"):
        timed = [look(client, scan, plane, slices // 2 + step) for step in range(10)]
        say(f"one {plane} plane", float(np.median(timed)))


def look(client: httpx.Client, scan: str, plane: str, index: int) -> float:
    """Seconds for one picture."""
    begun = time.perf_counter()
    client.get(f"/api/scans/{scan}/slice.png", params={"plane": plane, "index": index}).raise_for_status()
    return time.perf_counter() - begun


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces, as a browser sends it."""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


def say(what: str, seconds: float) -> None:
    """One line."""
    print(f"{what:28}{seconds:8.3f} s")


def worked(pid: int) -> float:
    """CPU seconds of the server and of its processes so far."""
    server = psutil.Process(pid)
    times = [one.cpu_times() for one in (server, *server.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def weigh(what: str, pid: int) -> None:
    """Memory of the server and of all of its processes."""
    server = psutil.Process(pid)
    sizes = [one.memory_info().rss / 1e6 for one in (server, *server.children(recursive=True))]
    print(f"{what:28}{sizes[0]:8.0f} MB the server, {sum(sizes):.0f} MB with its children")


if __name__ == "__main__":
    main()
