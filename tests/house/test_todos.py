"""What must not stand in the tree: a TODO without an issue, a machine's path, a registry's host."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

UNDONE = re.compile(r"#\s*(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")
# Assembled, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "pythonhost" + "ed",
            "npm" + r"js\.",
            "/wor" + "k/",
            "/far" + "m/",
        )
    ),
    re.IGNORECASE,
)


def tracked_texts() -> list[tuple[str, str]]:
    """Path and text of every file that git knows."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, done.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file():
            raw = path.read_bytes()
            if b"\0" not in raw[:8000]:
                found.append((name, raw.decode("utf-8", errors="replace")))
    return found


def offences(pattern: re.Pattern[str], texts: list[tuple[str, str]]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_todo_carries_its_issue():
    texts = [
        (name, text) for name, text in tracked_texts() if name.startswith(("src/", "tests/", "benchmarks/", "docs/"))
    ]
    assert offences(UNDONE, texts) == []


def test_no_machine_paths_and_no_registry_hosts():
    assert offences(MACHINE, tracked_texts()) == []


def test_no_file_is_over_a_megabyte():
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = filter(None, done.stdout.decode().split("\0"))
    assert [name for name in names if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000] == []


def test_the_patterns_find_what_they_should():
    assert UNDONE.search("# TO" + "DO: later")
    assert not UNDONE.search("# TO" + "DO(#12): later")
    assert MACHINE.search("see /wor" + "k/main")
    assert not MACHINE.search("a framework/main")
