"""The recorded run gives order, shares and drift."""

import json
from dataclasses import asdict

import pytest

from dlcourse import machine
from dlcourse.course import recorded, work
from dlcourse.course.judge import Row
from dlcourse.course.recorded import Record
from dlcourse.course.session import BACKENDS
from dlcourse.course.work import NO_RESULTS, Request, Work
from dlcourse.shard import Shard


def request(name, backend="jax"):
    return Request(Work(f"exercises/{name}", name, "{}", NO_RESULTS), backend, "cpu", "quick")


def row(name="a", **changes):
    values = {"backend": "jax", "device": "cpu", "profile": "quick", "variant": "none"}
    values |= {"seconds": 20.0, "peak_rss_mb": 1000.0}
    return Row(f"exercises/{name}", **values | changes)


def record_of(**seconds):
    return Record({"runs": [asdict(row(name, seconds=took)) for name, took in seconds.items()]})


def test_seconds_come_from_the_record_else_from_the_measured_run(small):
    record = Record({"runs": [asdict(row("a", seconds=33.0))]})
    assert record.seconds(request("a")) == 33
    assert record.seconds(small.request(profile="full")) == 3
    assert record.seconds(small.request()) == recorded._UNKNOWN_SECONDS


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_shares_hold_everything_once_and_take_about_the_same_time(count):
    took = {f"n{k:02}": 5.0 + (k * 37) % 41 for k in range(30)}
    record, requests = record_of(**took), [request(name) for name in took]
    shares = [record.share(requests, Shard(index, count)) for index in range(count)]
    assert sorted(each.stem for share in shares for each in share) == sorted(
        each.stem for each in requests
    )
    sums = [sum(map(record.seconds, share)) for share in shares]
    assert max(sums) - min(sums) <= max(took.values()) / 2
    again = [record.share(requests[::-1], Shard(index, count)) for index in range(count)]
    assert [[each.stem for each in share] for share in again] == [
        [each.stem for each in share] for share in shares
    ]


def test_a_share_begins_with_its_longest_run():
    record = record_of(a=1.0, b=30.0, c=10.0)
    share = record.share([request(name) for name in "abc"], Shard(0, 1))
    assert [each.work.title for each in share] == ["b", "c", "a"]


def test_what_is_asked_for_twice_is_run_once():
    asked = request("a")
    assert Record().share([asked, asked], Shard(0, 1)) == [asked]


@pytest.mark.parametrize(
    ("changes", "drift"),
    [
        ({}, []),
        ({"seconds": 29.0}, []),
        ({"seconds": 41.0}, ["time 20 → 41 s"]),
        ({"seconds": 8.0}, ["time 20 → 8 s"]),
        ({"peak_rss_mb": 1150.0}, []),
        ({"peak_rss_mb": 1300.0}, ["memory 1000 → 1300 MB"]),
        ({"seconds": 99.0, "backend": "torch"}, []),  # of which there is no record
        ({"seconds": 99.0, "status": "failed", "error": "died"}, []),
    ],
)
def test_costs_drift_beyond_what_two_runs_differ(changes, drift):
    record = Record(machine.describe() | {"runs": [asdict(row())]})
    assert record.drift(request("a"), row(**changes), alone=True) == drift


@pytest.mark.parametrize(
    ("elsewhere", "alone", "drift"),
    [
        ({}, True, ["time 20 → 99 s", "memory 1000 → 1300 MB"]),
        ({}, False, ["memory 1000 → 1300 MB"]),
        ({"processor": "Another"}, True, []),
        ({"threads": 99}, True, []),
    ],
)
def test_costs_are_compared_where_they_can_be(elsewhere, alone, drift):
    record = Record(machine.describe() | elsewhere | {"runs": [asdict(row())]})
    after = row(seconds=99.0, peak_rss_mb=1300.0)
    assert record.drift(request("a"), after, alone=alone) == drift


def test_nothing_drifts_from_a_run_that_failed():
    before = row(status="failed", error="died", seconds=0.0, peak_rss_mb=None)
    assert Record({"runs": [asdict(before)]}).drift(request("a"), row(), alone=True) == []


def test_results_drift_within_their_range(small):
    wanted = small.request()
    before = Row("01_small", "jax", "cpu", "quick", "none", 3.0, 100.0, results={"answer": 41.5})
    record = Record({"runs": [asdict(before)]})
    for answer, drift in ((41.9, []), (42.5, ["answer 41.5 → 42.5"])):
        after = Row(
            "01_small", "jax", "cpu", "quick", "none", 3.0, 100.0, results={"answer": answer}
        )
        assert record.drift(wanted, after, alone=False) == drift


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"runs": 3}', '{"runs": [{"colour": 1}]}'])
def test_what_is_no_record_says_how_to_make_one(tmp_path, text):
    path = tmp_path / "recorded.json"
    path.write_text(text)
    with pytest.raises(
        ValueError, match=r"(?s)recorded.json is not what a run leaves.*dlcourse run"
    ):
        recorded.load(path)


def test_a_record_is_a_report(tmp_path):
    path = tmp_path / "recorded.json"
    assert recorded.load(path).rows == []
    path.write_text(json.dumps({"made": "2026-01-02T03:04:05+00:00", "runs": [asdict(row())]}))
    assert recorded.load(path).seconds(request("a")) == 20


def whole_document():
    names = [(name, backend) for name in work.names() for backend in BACKENDS]
    runs = [asdict(Row(*name, "cpu", "quick", "none", 20.0, 1000.0)) for name in names]
    return {"made": "2026-01-02T03:04:05+00:00", "runs": runs}


def test_a_whole_record_has_everything_on_every_backend(tmp_path):
    path = tmp_path / "recorded.json"
    path.write_text(json.dumps(whole_document()))
    record = recorded.whole(path)
    assert [row.backend for row in record.of("exercises/03_mnist")] == list(BACKENDS)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda runs: runs.pop(), "holds 53 runs"),
        (lambda runs: runs[0].update(profile="full"), "01_tensors · jax · full is the first"),
        (lambda runs: runs[0].update(chapter="00_gone"), "00_gone · jax · quick is the first"),
    ],
)
def test_a_record_that_is_not_whole_says_how_to_make_it(tmp_path, change, difference):
    document = whole_document()
    change(document["runs"])
    path = tmp_path / "recorded.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=difference) as caught:
        recorded.whole(path)
    assert "dlcourse run chapters exercises --backend all" in str(caught.value)


def test_no_record_says_how_to_make_it(tmp_path):
    with pytest.raises(ValueError, match=r"holds 0 runs.*54(.|\n)*cp .*notebooks/recorded\.json"):
        recorded.whole(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([row(seconds=18.4)], "18 s"),
        ([row(seconds=18.4), row(seconds=17.6)], "18 s"),
        ([row(seconds=18.4), row(seconds=9.0, backend="torch")], "9–18 s"),
        ([row(seconds=18.4), row(status="failed", backend="torch")], "18 s (failed on PyTorch)"),
        ([row(status="skipped")], "skipped on JAX"),
    ],
)
def test_times_of_several_runs(rows, text):
    assert recorded.times(rows).replace("\N{NO-BREAK SPACE}", " ") == text
