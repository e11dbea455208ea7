import os
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from dlcourse.grading.submissions.timestamp import submitted_at


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-20 10:00:00.123456 UTC", "2026-11-20T10:00:00.123456+00:00"),  # nbgrader's
        ("2026-11-20 10:00:00.123456 Europe/Berlin\n", "2026-11-20T09:00:00.123456+00:00"),
        ("2026-11-20 10:00:00 CET", "2026-11-20T09:00:00+00:00"),
        ("2026-07-20 10:00:00 CEST", "2026-07-20T08:00:00+00:00"),
        ("2026-11-20 10:00:00 +0530", "2026-11-20T04:30:00+00:00"),
        ("2026-11-20T10:00:00-05:00", "2026-11-20T15:00:00+00:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20 10:00", "2026-11-20T10:00:00+00:00"),
        ("2026-10-25 02:30:00 CEST", "2026-10-25T00:30:00+00:00"),  # an hour that comes twice
        ("2026-10-25 02:30:00 CET", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_the_time_of_handing_in_is_read(tmp_path, text, utc):
    (tmp_path / "timestamp.txt").write_text(text)
    found = submitted_at(tmp_path, ZoneInfo("Europe/Berlin"))
    assert found.astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "\0\0", "9" * 10_000, "2026-13-01 10:00:00"),
        *("0001-01-01 00:00:00 +14:00", "9999-12-31 23:59:59 -12:00", "0001-01-01 00:00:00 CET"),
        *(f"2026-11-20 10:00:00 {zone}" for zone in ("XYZT", "../../etc/passwd", "+99:99")),
    ],
)
def test_a_time_that_cannot_be_read_is_not_known(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text)
    assert submitted_at(tmp_path) is None


def test_an_abbreviation_means_the_same_where_the_course_has_another_zone(tmp_path):
    (tmp_path / "timestamp.txt").write_text("2026-10-25 02:30:00 CET")  # comes after 02:30 CEST
    assert submitted_at(tmp_path).astimezone(UTC).isoformat() == "2026-10-25T01:30:00+00:00"


def test_no_file_a_link_or_a_pipe_is_no_time(tmp_path):
    assert submitted_at(tmp_path) is None
    (tmp_path / "real.txt").write_text("2026-11-20 10:00:00 UTC")
    (tmp_path / "timestamp.txt").symlink_to("real.txt")
    assert submitted_at(tmp_path) is None
    (tmp_path / "timestamp.txt").unlink()
    os.mkfifo(tmp_path / "timestamp.txt")
    assert submitted_at(tmp_path) is None
    (tmp_path / "timestamp.txt").unlink()
    (tmp_path / "timestamp.txt").write_bytes(b"\xff\xfe2026")
    assert submitted_at(tmp_path) is None
