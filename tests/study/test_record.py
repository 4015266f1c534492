"""What ``run.toml`` says of a run on scans."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import azygos
from azygos.ground.errors import InputError
from azygos.study import kind_of_record
from azygos.study.comparing import VALUES as OF_COMPARE
from azygos.study.record import ScanRecord, read_record, values_of, write_record
from azygos.study.rendering import VALUES as OF_PICTURES
from azygos.study.run import VALUES as OF_TRACE
from azygos.study.screening import VALUES as OF_FLUOROSCOPY

PACKAGE = Path(azygos.__file__).parent
NO_NUMBERS = {"value", "sources", "beam_tables"}


def modules_read(*paths: Path) -> set[str]:
    """Modules of ``azygos.values`` that files import and that hold numbers with a source."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "azygos.values":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("azygos.values."):
                found.add(str(node.module).split(".")[2])
    return {name for name in found if values_of(name)}


@pytest.mark.parametrize(
    ("room", "told"),
    [
        ("trace", set(OF_TRACE)),
        ("compare", set(OF_COMPARE) - set(OF_TRACE)),
        ("render", {*OF_PICTURES["render"], *OF_PICTURES["insert"], *OF_FLUOROSCOPY}),
    ],
)
def test_a_record_tells_every_table_that_its_room_reads(room, told):
    read = modules_read(*(PACKAGE / room).rglob("*.py"))
    assert read - told == set()


def test_what_is_written_is_read_back(tmp_path):
    record = ScanRecord(kind="trace", version="0.1", inputs={"ct": "a" * 64}, options={"screws": True, "repair": None})
    write_record(tmp_path, record, {}, whole=True)
    assert kind_of_record(tmp_path / "run.toml") == "trace"
    read = read_record(tmp_path / "run.toml")
    assert (read.kind, read.version, read.inputs, read.options) == ("trace", "0.1", {"ct": "a" * 64}, {"screws": True})
    assert read.key == record.key


def test_a_record_that_lacks_something_says_what(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text('kind = "trace"\nazygos = "0.1"\n')
    with pytest.raises(InputError) as error:
        read_record(path)
    assert str(error.value) == f"{path} has no 'input_sha256'. Take the run.toml that azygos wrote."
    path.write_text('kind = "trace"\nazygos = "0.1"\ninput_sha256 = 3\n')
    with pytest.raises(InputError) as error:
        read_record(path)
    assert str(error.value) == f"{path}: input_sha256 is not what azygos wrote there. Take the run.toml as it was."


def test_other_files_are_no_record(tmp_path):
    (tmp_path / "run.toml").write_text("kind = 'journey'\n")
    assert kind_of_record(tmp_path / "run.toml") is None
    assert kind_of_record(tmp_path / "none.toml") is None
