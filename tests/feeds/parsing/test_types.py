import pytest

from jobboard.feeds.parsing.texts.types import read_types

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("texts", "types"),
    [
        (["FullTime"], ["full_time"]),
        (["Full time"], ["full_time"]),
        (["FULL_TIME"], ["full_time"]),
        (["Full-time / Permanent"], ["full_time"]),
        (["PartTime"], ["part_time"]),
        (["Permanent Part‑Time"], ["part_time"]),
        (["Full time or part time"], ["full_time", "part_time"]),
        (["Full or part-time"], ["full_time", "part_time"]),
        (["Part-time", "FULL_TIME"], ["full_time", "part_time"]),
        (["Contract"], ["contractor"]),
        (["Full-time, contract"], ["full_time", "contractor"]),
        (["Independent Contractor"], ["contractor"]),
        (["Freelance"], ["contractor"]),
        (["Temporary"], ["temporary"]),
        (["Fixed-term contract"], ["temporary"]),
        (["FixedTerm", "full_time"], ["full_time", "temporary"]),
        (["Intern"], ["intern"]),
        (["Internships"], ["intern"]),
        (["Co-op"], ["intern"]),
        (["Volunteer"], ["volunteer"]),
        (["PER_DIEM"], ["per_diem"]),
        (["OTHER"], ["other"]),
        (["Apprenticeship"], ["other"]),
    ],
)
def test_the_words_of_a_feed_state_employment_types(texts, types):
    assert read_types(*texts) == tuple(types)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Permanent",
        "Regular",
        "Permanent contract",
        "Internal",
        "International",
        "Template",
        "全职",
        "Other duties",
    ],
)
def test_words_that_state_no_employment_type_give_none(text):
    assert read_types(text) == ()
