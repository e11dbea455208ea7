"""What runs take is written for people, and read from the recorded run."""

import pytest

from dlcourse.course import costs
from dlcourse.course.costs import Cost


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_cost_is_written_for_a_table():
    assert plain(str(Cost(18.46, 1216))) == "18 s, 1.2 GB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2, "about 10 s"),
        (22.5, "about 20 s"),
        (54.9, "about 50 s"),
        (55, "about 1 min"),
        (189, "about 3 min"),
        (319, "about 5 min"),
    ],
)
def test_a_duration_is_written_as_one_would_say_it(seconds, text):
    assert plain(costs.about(seconds)) == text


def test_the_full_profile_costs_what_was_recorded(small):
    assert costs.full_profile(small.chapter) is None
    other, failed = {"chapter": "02_other"}, {"error": "died", "peak_rss_mb": None}
    small.record(other, failed)
    assert costs.full_profile(small.chapter) is None
    small.record(other, failed, {"seconds": 4.5})
    assert costs.full_profile(small.chapter) == Cost(4.5, 250.0)
