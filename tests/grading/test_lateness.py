from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dlcourse.grading.submissions import lateness
from dlcourse.grading.submissions.lateness import Policy, PolicyError

DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = Policy(
    grace=timedelta(minutes=15), percent_per_day=10, maximum_days=3, due={"01_tensors": DUE}
)
FULL = """
timezone = "Europe/Berlin"
grace_minutes = 15
percent_per_day = 10
maximum_days = 3

[due]
01_tensors = 2026-11-20T23:59:00
02_autograd = 2026-12-04T23:59:00-05:00

[extensions.ada]
01_tensors = 2026-11-27T23:59:00
"""


def judge(hours, assignment="01_tensors", student="ada", policy=POLICY):
    return lateness.judge(policy, assignment, student, DUE + timedelta(hours=hours), 20)


@pytest.mark.parametrize(
    ("hours", "days", "penalty"),
    [
        (-1, 0, 0),
        (0, 0, 0),
        (0.25, 0, 0),  # the last moment of the grace time
        (0.26, 1, 2),
        (24.25, 1, 2),
        (24.26, 2, 4),
        (72.25, 3, 6),
        (72.26, 4, 20),  # later than the maximum counts nothing
    ],
)
def test_each_day_that_has_begun_costs_its_share_of_the_maximum(hours, days, penalty):
    late = judge(hours)
    assert (late.days, late.penalty) == (days, penalty)
    assert bool(late.note) == (days > 0)


def test_the_note_says_what_is_taken_off_and_why():
    assert judge(1).note == "Handed in 1 day late: 2 points (10%) are taken off."
    assert judge(30).note == "Handed in 2 days late: 4 points (20%) are taken off."
    assert judge(100).note == "Handed in 5 days late; after 3 days work counts nothing."


def test_no_more_than_everything_is_taken_off():
    policy = Policy(percent_per_day=40, due={"01_tensors": DUE})
    assert judge(24 * 30, policy=policy).penalty == 20


def test_without_a_due_date_nothing_is_late():
    assert judge(1000, assignment="02_autograd").penalty == 0
    assert judge(1000, policy=Policy()) == lateness.Lateness(0, 0.0, "")


def test_an_unknown_time_costs_nothing_and_is_told():
    late = lateness.judge(POLICY, "01_tensors", "ada", None, 20)
    assert (late.days, late.penalty) == (None, 0)
    assert "not known" in late.note


def test_a_day_has_24_hours_also_when_the_clocks_are_put_back():
    berlin = ZoneInfo("Europe/Berlin")
    due = datetime(2026, 10, 24, 12, tzinfo=berlin)  # the next night is 25 hours long
    policy = Policy(percent_per_day=10, due={"01_tensors": due})
    on_the_clock = datetime(2026, 10, 25, 11, 30, tzinfo=berlin)
    assert lateness.judge(policy, "01_tensors", "ada", on_the_clock, 20).days == 2


def test_a_whole_policy_is_read(tmp_path):
    (tmp_path / lateness.NAME).write_text(FULL)
    policy = lateness.load(tmp_path)
    assert (policy.grace, policy.percent_per_day) == (timedelta(minutes=15), 10)
    assert policy.maximum_days == 3
    assert policy.due_for("01_tensors", "bob") == datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
    assert policy.due_for("01_tensors", "ada") == datetime(2026, 11, 27, 22, 59, tzinfo=UTC)
    assert policy.due_for("02_autograd", "ada") == datetime(2026, 12, 5, 4, 59, tzinfo=UTC)
    assert policy.due_for("03_mnist", "ada") is None


def test_a_policy_may_begin_with_the_mark_that_editors_of_windows_write(tmp_path):
    (tmp_path / lateness.NAME).write_text("percent_per_day = 5", encoding="utf-8-sig")
    assert lateness.load(tmp_path).percent_per_day == 5


def test_without_a_file_there_is_no_penalty(tmp_path):
    assert lateness.load(tmp_path) == Policy()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("timezone = ", "not TOML"),
        ("graceminutes = 5", r"'graceminutes' is no entry; there are timezone, grace_minutes"),
        ('timezone = "Berlin"', r"'Berlin' is not known; write one such as 'Europe/Berlin'"),
        ('timezone = "../../etc/passwd"', "is not known"),
        ("timezone = 1", "is not known"),
        ("grace_minutes = -1", r"grace_minutes = -1: write a number from 0 to 527040"),
        ("grace_minutes = 1e300", "write a number from 0"),
        ("grace_minutes = nan", "write a number"),
        ("percent_per_day = 110", "from 0 to 100"),
        ("percent_per_day = true", "write a number"),
        ("maximum_days = 1.5", "a whole number of days"),
        ('due = "2026-11-20"', r"write a table, \[due\]"),
        ("[due]\n01_tensors = 2026-11-20", r"due\.01_tensors = .*: write date and time"),
        ('[due]\n01_tensors = "2026-11-20T10:00"', "without quotation marks"),
        ("[due]\n01_tensors = 9999-12-31T23:59:00-05:00", "a year within reach"),
        ("[extensions]\nada = 3", r"write a table, \[extensions\.ada\]"),
        ("[extensions.ada]\n01_tensors = 3", r"extensions\.ada\.01_tensors = 3: write date"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_explained(tmp_path, text, says):
    (tmp_path / lateness.NAME).write_text(text)
    with pytest.raises(PolicyError, match=says) as error:
        lateness.load(tmp_path)
    assert "policy.toml" in str(error.value)
