"""A reader's own cohort: taken in, or refused in one sentence with its line."""

from __future__ import annotations

import pytest

from azygos.evidence import TEMPLATE, read_added, read_studies, weigh
from azygos.ground.errors import InputError

KNOWN = read_studies()


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "own.csv"
        path.write_bytes(text.encode(encoding))
        return path.relative_to(tmp_path)

    return write


def test_the_template_is_read_as_it_stands(write):
    found = read_added(write(TEMPLATE), KNOWN)
    assert [(one.study, one.of, one.imaging, one.added) for one in found] == [
        ("Our clinic", (4, 61), "planned_ct", True),
        ("Our clinic", (0, 61), "planned_ct", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "study;events;n;imaging\nOurs;4;61;film\n",
        "\ufeffStudy,Events,N,Imaging\r\nOurs,4,61,Film\r\n\r\n",
        'study,events,n,imaging,note\n"Ours",4,61,film,"a, b"\n',
        "study\tevents\tn\timaging\nOurs\t4\t61\tfilm\n",
        "study,events,n,imaging,,\nOurs,4,61,film,,\n,,,,,\n",  # empty columns that a spreadsheet leaves behind
    ],
)
def test_semicolons_marks_and_line_ends_do_not_matter(write, text):
    (found,) = read_added(write(text), KNOWN)
    assert (found.study, found.of, found.imaging, found.procedure) == ("Ours", (4, 61), "film", "PVP")


HEAD = "study,events,n,imaging\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "own.csv is empty. Write a file to begin with: azygos evidence --template > cohort.csv"),
        (HEAD, "own.csv has a head and no cohort below it. Add a line for each cohort."),
        (
            "study,evnts,n,imaging\nOurs,4,61,film\n",
            "own.csv: column 'evnts' is not known. Did you mean 'events'?",
        ),
        (
            "study,events,imaging\nOurs,4,film\n",
            "own.csv: no column 'n'. Needed: study, events, n, imaging; "
            "a file to begin with: azygos evidence --template",
        ),
        ("study,events,n,n,imaging\nOurs,4,61,61,film\n", "own.csv: column 'n' stands twice. Keep one."),
        (
            HEAD + '"Ours,4,61,film\n' + "x" * 140_000,
            "own.csv, line 3: a cell has no end. Close its quotation mark.",
        ),
        (
            HEAD + '"Ours,4,61,film\n',
            "own.csv, line 2: 1 cell stands under 4 columns. Put text with a separator in it into quotation marks.",
        ),
        (
            ",,,\n",
            "own.csv: no column 'study', 'events', 'n', 'imaging'. Needed: study, events, n, imaging; "
            "a file to begin with: azygos evidence --template",
        ),
        (
            HEAD + "".join(f"Patient {k},0,1,film\n" for k in range(10_000)),
            "own.csv brings 10000 cohorts together. Give at most 100: a line is a cohort, not a patient.",
        ),
        (
            "study,events,n,imaging,year\nMansour,13,102,other_ct,2018\n",
            "own.csv, line 2: Mansour 2018 (13 of 102) is there already, by name: Mansour 2018 (13 of 102). "
            "The same patients would count twice; leave the line out.",
        ),
        (
            HEAD + "Ours,4,61,film,more\n",
            "own.csv, line 2: 5 cells stand under 4 columns. Put text with a separator in it into quotation marks.",
        ),
        (HEAD + "Ours,62,61,film\n", "own.csv, line 2: 62 events among 61 cannot be. Check events and n."),
        (HEAD + "Ours,-1,61,film\n", "own.csv, line 2: events is -1. Give a whole number from 0."),
        (HEAD + "Ours,4.5,61,film\n", "own.csv, line 2: events is '4.5'. Give a whole number."),
        (HEAD + "Ours,four,61,film\n", "own.csv, line 2: events is 'four'. Give a whole number."),
        (HEAD + "Ours,0,0,film\n", "own.csv, line 2: n is 0. Give how many were looked at."),
        (HEAD + ",4,61,film\n", "own.csv, line 2: the study has no name. Give one in the column study."),
        (
            HEAD + "Ours,4,61,flim\n",
            "own.csv, line 2: imaging 'flim' is not known. Did you mean 'film'? "
            "Known: planned_ct, other_ct, film, clinical, postmortem_ct, ct, unclear.",
        ),
        (
            HEAD + "Ours,4,61,CXR\n",
            "own.csv, line 2: imaging 'CXR' is not known. Did you mean 'film'? "
            "Known: planned_ct, other_ct, film, clinical, postmortem_ct, ct, unclear.",
        ),
        (
            HEAD + "Ours,4,61,CT\n",
            "own.csv, line 2: no question takes cement in the lung per patient after vertebroplasty looked for with "
            "'ct'. Did you mean 'planned_ct'? Possible: per patient or session after PVP, PKP, PVP+PKP with imaging "
            "planned_ct, other_ct, film, clinical; per patient or session after screws.",
        ),
        (
            HEAD + "Kim YJ,18,78,planned_ct\n",
            "own.csv, line 2: Kim YJ (18 of 78) is there already, by name: Kim YJ 2009 (18 of 78). "
            "The same patients would count twice; leave the line out, or give its year if they are others.",
        ),
        (
            HEAD + "Some register,34,1782,planned_ct\n",
            "own.csv, line 2: Some register (34 of 1782) is there already, with the same counts: Zou 2021 "
            "(34 of 1782). "
            "The same patients would count twice; leave the line out, or give its year if they are others.",
        ),
        (
            HEAD + "Ours,4,61,film\nOurs,5,70,film\n",
            "own.csv, line 3: Ours (5 of 70) is there already, by name: Ours (4 of 61). "
            "The same patients would count twice; leave the line out, or give its year if they are others.",
        ),
        (
            "study,events,n,imaging,year\nOurs,4,61,film,25\n",
            "own.csv, line 2: year is 25. Give a year from 1980 to 2100.",
        ),
    ],
)
def test_what_cannot_be_a_cohort_is_refused_in_a_sentence(write, text, sentence):
    with pytest.raises(InputError) as error:
        read_added(write(text), KNOWN)
    assert str(error.value) == sentence


def test_a_file_that_is_not_there_or_no_text(tmp_path, write, monkeypatch):
    with pytest.raises(InputError, match="is not there"):
        read_added(tmp_path / "none.csv", KNOWN)
    for encoding in ("utf-16", "cp1252"):
        with pytest.raises(InputError) as error:
            read_added(write(HEAD + "Klinik München,4,61,film\n", encoding), KNOWN)
        assert str(error.value) == (
            'own.csv is not text in UTF-8. In a spreadsheet, save it as "CSV UTF-8", and give that file.'
        )
    with pytest.raises(InputError, match=r"is a folder\. Give a CSV file"):
        read_added(tmp_path, KNOWN)


def test_a_count_that_the_table_waits_for_can_be_brought(write):
    """From a full text, or for a row that is only recalled; not for one that is excluded for its patients."""
    full = "study,year,events,n,imaging\nSun X,2023,20,373,planned_ct\n"
    (sun,) = read_added(write(full), KNOWN)
    assert weigh((sun,)).of("embolus").pooled.of("planned_ct").studies == 5
    recalled = "study,year,events,n,imaging,procedure\nMueller,2016,4,98,planned_ct,screws\n"
    assert len(read_added(write(recalled), KNOWN)) == 1
    part = 'study,year,events,n,imaging\n"Mansour, myeloma",2018,7,37,other_ct\n'
    with pytest.raises(InputError, match="is there already"):
        read_added(write(part), KNOWN)


def test_an_added_cohort_enters_the_pool_and_says_what_it_changed(write):
    added = read_added(write(HEAD + "Ours,40,100,planned_ct\n"), KNOWN)
    found = weigh(added)
    answer = found.of("embolus")
    assert answer.before is not None
    before, after = answer.before.of("planned_ct"), answer.pooled.of("planned_ct")
    assert (before.studies, after.studies) == (4, 5)
    assert after.typical.middle > before.typical.middle
    assert [one.question.name for one in found.answers if one.before is not None] == ["embolus"]
