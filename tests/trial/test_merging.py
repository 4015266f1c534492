"""Shards: together they are the trial, to the byte; what is not a whole set of them is refused."""

from __future__ import annotations

import shutil

import pytest
from stub_patients import follow_stub, stub_trial

from azygos.ground.errors import InputError
from azygos.trial import Shard, merge, parse_shard, run_trial
from azygos.trial.record import read_record


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    """Three finished shards and the whole trial beside them."""
    folder = tmp_path_factory.mktemp("shards")
    for number in (1, 2, 3):
        shard = Shard(number=number, of=3)
        assert (
            run_trial(stub_trial(8), folder / f"s{number}", workers=0, work=follow_stub, shard=shard).findings is None
        )
    run_trial(stub_trial(8), folder / "whole", workers=0, work=follow_stub)
    return folder


def refusal_of(folders, out):
    with pytest.raises(InputError) as refused:
        merge(folders, out)
    assert not out.exists()
    return str(refused.value)


def test_merged_shards_are_the_trial_to_the_byte(shards, tmp_path):
    merge([shards / "s3", shards / "s1", shards / "s2"], tmp_path / "out")
    for name in ("outcomes.parquet", "result.json", "incidence.csv", "differences.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (shards / "whole" / name).read_bytes(), name
    assert read_record(tmp_path / "out") == read_record(shards / "whole")


def test_missing_shards_are_named(shards, tmp_path):
    said = refusal_of([shards / "s2"], tmp_path / "out")
    assert said == "of the shards, 1/3 and 3/3 are missing. Give all."


def test_a_shard_given_twice_is_refused(shards, tmp_path):
    shutil.copytree(shards / "s1", tmp_path / "copy")
    said = refusal_of([shards / "s1", tmp_path / "copy"], tmp_path / "out")
    assert said == f"{shards / 's1'} and {tmp_path / 'copy'} are both shard 1/3. Give each shard once."
    assert refusal_of([shards / "s1"] * 2, tmp_path / "out") == "a folder is given twice. Give each shard once."


def test_a_shard_is_not_replaced_by_the_whole(shards):
    folders = [shards / "s1", shards / "s2", shards / "s3"]
    with pytest.raises(InputError) as told:
        merge(folders, folders[0], force=True)
    assert str(told.value) == f"{folders[0]} is one of the shards. Choose another -o, and keep the shards."
    assert str(read_record(folders[0]).shard) == "1/3"


def test_a_whole_trial_needs_no_merging(shards, tmp_path):
    said = refusal_of([shards / "whole"], tmp_path / "out")
    assert said == f"{shards / 'whole'} is a whole trial, not a shard of one. It needs no merging."


def test_shards_of_two_trials_are_refused(shards, tmp_path):
    other = tmp_path / "other"
    run_trial(stub_trial(9), other, workers=0, work=follow_stub, shard=Shard(number=2, of=3))
    assert refusal_of([shards / "s1", other], tmp_path / "out") == (
        f"{shards / 's1'} and {other} are shards of two trials. Give the shards of one trial file, run with the same "
        "--patients."
    )


def test_shards_of_two_divisions_are_refused(shards, tmp_path):
    other = tmp_path / "other"
    run_trial(stub_trial(8), other, workers=0, work=follow_stub, shard=Shard(number=2, of=2))
    assert refusal_of([shards / "s1", other], tmp_path / "out") == (
        f"{shards / 's1'} is shard 1/3, and {other} is shard 2/2: they do not share the patients out in the same way. "
        "Give the shards of one division."
    )


def test_shards_of_two_codes_are_refused(shards, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(shards / "s2", other)
    code = read_record(other).code
    told = (other / "run.toml").read_text()
    (other / "run.toml").write_text(told.replace(code, "0ther"))
    assert refusal_of([shards / "s1", other], tmp_path / "out") == (
        f"{shards / 's1'} was followed with code {code}, and {other} with 0ther: rows of two codes do not make one "
        "table. Run one of them again."
    )


def test_a_shard_whose_table_is_another_one_is_refused(shards, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(shards / "s2", other)
    shutil.copy(shards / "s3" / "outcomes.parquet", other / "outcomes.parquet")
    assert refusal_of([shards / "s1", other, shards / "s3"], tmp_path / "out") == (
        f"{other} does not hold patient 1 under 'thin' where it should. Run that shard again."
    )


def test_an_unfinished_shard_is_refused(shards, tmp_path):
    unfinished = tmp_path / "s"
    run_trial(stub_trial(8), unfinished, workers=0, work=follow_stub, shard=Shard(number=2, of=3), budget_s=0.0)
    partial = tmp_path / "s.partial"
    assert refusal_of([shards / "s1", partial], tmp_path / "out") == (
        f"{partial} is unfinished. Run its trial to the end first: the same command takes it up."
    )


def test_what_is_no_trial_is_refused(tmp_path):
    assert refusal_of([tmp_path], tmp_path / "out") == (
        f"{tmp_path} is no run folder of azygos: it holds no run.toml. Give the folder of a trial."
    )
    (tmp_path / "run.toml").write_text('kind = "journey"\n')
    assert refusal_of([tmp_path], tmp_path / "out") == (
        f"{tmp_path} holds a journey, not a trial. Give the folder of a trial."
    )


def test_a_division_has_all_patients_once():
    every = sorted(index for number in (1, 2, 3) for index in Shard(number=number, of=3).indices(10))
    assert every == list(range(10))


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0"])
def test_a_shard_that_is_none_is_refused(text):
    with pytest.raises(InputError) as refused:
        parse_shard(text)
    assert str(refused.value) == f"shard {text} is none. Give --shard i/n with i from 1 to n, for example 1/40."


def test_a_shard_is_two_numbers():
    with pytest.raises(InputError) as refused:
        parse_shard("a third")
    assert str(refused.value) == "--shard is 'a third'. Give i/n with i from 1 to n, for example 1/40."
