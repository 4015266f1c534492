"""From an outcome table, as a trial leaves it, to the simulated answer: the same patients counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.evidence.risk import Look, Person, Region, Viscosity, read_table, tell_risk

pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A folder with the outcome table and the counts that a trial writes."""
    from made import made_table

    from azygos.trial.analysis import incidence_table
    from azygos.trial.writing import as_csv

    folder = tmp_path_factory.mktemp("trial")
    outcomes = made_table(folder / "outcomes.parquet", patients=2000)
    (folder / "incidence.csv").write_text(as_csv(incidence_table(outcomes)), encoding="utf-8")
    return folder


def test_the_counts_are_those_of_the_table(trial):
    rows = pq.read_table(trial / "outcomes.parquet").to_pydict()
    column = {name: np.array(values) for name, values in rows.items()}
    mine = (column["failed"] == "") & (column["region"] == "lumbar") & (column["levels"] == 1)
    mine &= column["strategy"] == "thick cement"
    asked = Person(look=Look.CT, levels=1, region=Region.LUMBAR, viscosity=Viscosity.HIGH)
    told = tell_risk(asked, table=read_table(trial)).simulated
    assert told is not None
    assert told.widened == ()
    assert told.patients == mine.sum() > 100
    assert told.by(Look.CT).chance.value == pytest.approx(column["seen_planned_ct_mid"][mine].mean(), rel=1e-5)
    assert told.by(Look.FILM).dim == pytest.approx(column["seen_film_low"][mine].mean(), rel=1e-5)
    assert told.heart.value == pytest.approx(column["heart_any"][mine].mean(), rel=1e-5)


def test_thicker_cement_lowers_the_simulated_answer_alone(trial):
    table = read_table(trial)
    thin, thick = (
        tell_risk(Person(look=Look.CT, viscosity=viscosity), table=table)
        for viscosity in (Viscosity.LOW, Viscosity.HIGH)
    )
    assert thin.published == thick.published
    assert thin.simulated.by(Look.CT).chance.value > thick.simulated.by(Look.CT).chance.value
