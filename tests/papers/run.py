"""Predict published experiments and store what was predicted: ``python tests/papers/run.py [study ...|all]``.

``--compare`` sets the stored predictions beside the measured figures, by the rules of ``verdicts.py``;
``--pages`` writes both into ``docs/validation/``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

STUDIES = (
    "habib",
    "krebs",
    "jost2015",
    "cannula",
    "zderic",
    "heini",
    "trial184",
    "baroud_wu",
    "cleft",
    "density",
    "viscosity_mechanisms",
    "sessions",
    "turning",
    "obstruction",
    "sheep_trunk",
    "fat",
)

BONE = ("ground", "values", "spine")
JOURNEY = (*BONE, "veins", "heart", "lungs", "circulation", "care", "journey")
"""Rooms whose change may change a prediction; a study names the second in its ``ROOMS``."""


def predictor(study: str):
    """The ``predict`` module of a study."""
    return importlib.import_module(f"papers.{study}.predict")


def rounded(value, digits: int = 6):
    """The same structure with its numbers cut to some digits, fit for JSON."""
    if isinstance(value, dict):
        return {str(k): rounded(v, digits) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(v, digits) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value
    number = float(value)
    return float(f"{number:.{digits}g}") if abs(number) < 1e300 else "infinite"


def fingerprint(members: list) -> str:
    """Twelve characters that change when any stored number changes."""
    return hashlib.sha256(json.dumps(members, sort_keys=True).encode()).hexdigest()[:12]


def physics_hash(rooms: tuple[str, ...] = BONE) -> str:
    """Twelve characters that change when one of these rooms changes."""
    import azygos

    root = Path(azygos.__file__).parent
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted(p for end in ("*.py", "*.csv") for p in (root / room).rglob(end)):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def predict(study: str, *, quiet: bool = False) -> dict:
    """All members of a study and their summary, as they are stored."""
    from azygos import __version__

    module = predictor(study)
    began = time.perf_counter()
    members = []
    for k in range(module.MEMBERS):
        members.append(rounded(module.member(module.SEED, k)))
        if not quiet:
            print(f"\r{study}: {k + 1} of {module.MEMBERS}", end="", file=sys.stderr, flush=True)
    if not quiet:
        print(f", {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return {
        "study": study,
        "label": module.LABEL,
        "seed": module.SEED,
        "version": __version__,
        "physics": physics_hash(getattr(module, "ROOMS", BONE)),
        "fingerprint": fingerprint(members),
        "given": module.GIVEN,
        "not_given": module.NOT_GIVEN,
        "summary": rounded(module.summarise(members)),
        "members": members,
    }


def stored(study: str) -> dict:
    """What was predicted, as it lies beside the code."""
    return json.loads((HERE / study / "predicted.json").read_text(encoding="utf-8"))


def write(study: str) -> None:
    """Predict one study and store it."""
    text = json.dumps(predict(study), indent=1, ensure_ascii=False)
    (HERE / study / "predicted.json").write_text(text + "\n", encoding="utf-8")


def compare(study: str) -> None:
    """Print each criterion of a study with its verdict."""
    from papers.verdicts import judge

    print(f"\n{study} ({stored(study)['label']})")
    for row in judge(study):
        print(f"  {row.verdict:13} {row.what}: predicted {row.predicted}; measured {row.measured}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="*", default=["all"], help=f"{', '.join(STUDIES)} or all")
    parser.add_argument("--compare", action="store_true", help="compare what is stored, predict nothing")
    parser.add_argument(
        "--pages", action="store_true", help="write what is stored into docs/validation, predict nothing"
    )
    options = parser.parse_args()
    if options.pages:
        from papers.pages import write_pages

        write_pages()
        return
    unknown = [s for s in options.study if s not in (*STUDIES, "all")]
    if unknown:
        parser.error(f"no study is called {unknown[0]}; known: {', '.join(STUDIES)}, all")
    for study in STUDIES if "all" in options.study else options.study:
        compare(study) if options.compare else write(study)


if __name__ == "__main__":
    main()
