"""The recorded runs give order, shares and drift."""

import itertools
import json
from dataclasses import asdict

import pytest

from dlcourse import machine
from dlcourse.course import recorded, work
from dlcourse.course.judge import Row
from dlcourse.course.recorded import Record
from dlcourse.course.session import BACKENDS, PROFILES
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


def test_seconds_come_from_the_record_else_from_the_backend_of_the_stored_outputs(small):
    runs = [row("a", seconds=33.0), row("a", seconds=44.0, backend="torch")]
    record = Record({"runs": [asdict(run) for run in runs]})
    assert record.seconds(request("a", "torch")) == 44
    assert record.seconds(request("a", "tensorflow")) == 33
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
@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_no_record_says_how_to_make_one(tmp_path, profile, text):
    (tmp_path / f"{profile}.json").write_text(text)
    wanted = rf"(?s){profile}.json is not what a run leaves.*dlcourse run.*--profile {profile}"
    with pytest.raises(ValueError, match=wanted):
        recorded.load(profile, tmp_path)


def test_a_record_is_a_report(tmp_path):
    assert recorded.load("quick", tmp_path).rows == []
    report = {"made": "2026-01-02T03:04:05+00:00", "runs": [asdict(row())]}
    (tmp_path / "quick.json").write_text(json.dumps(report))
    assert recorded.load("quick", tmp_path).seconds(request("a")) == 20
    assert recorded.load("full", tmp_path).rows == []


@pytest.fixture
def runs():
    """Those of two whole records."""
    built = [(chapter.name, chapter.built) for chapter in work.find([work.CHAPTERS])]
    names = {"quick": list(itertools.product(work.names(), BACKENDS)), "full": built}
    return {
        profile: [asdict(Row(*name, "cpu", profile, "none", 20.0, 1000.0)) for name in names]
        for profile, names in names.items()
    }


def whole(folder, profile, runs):
    (folder / f"{profile}.json").write_text(json.dumps({"runs": runs[profile]}))
    return recorded.whole(profile, folder)


def test_a_whole_record_has_everything_on_every_backend(tmp_path, runs):
    record = whole(tmp_path, "quick", runs)
    assert [row.backend for row in record.of("exercises/03_mnist")] == list(BACKENDS)


def test_a_whole_record_of_the_full_profile_has_the_stored_outputs_backend(tmp_path, runs):
    record = whole(tmp_path, "full", runs)
    assert [row.backend for row in record.of("01_tensors")] == ["jax"]
    assert [row.backend for row in record.of("08a_convnets")] == ["tensorflow"]
    assert record.keras == "Keras on JAX, 8a on TensorFlow"


@pytest.mark.parametrize(
    ("profile", "change", "difference"),
    [
        ("quick", lambda runs: runs.pop(), "holds 53 runs"),
        ("quick", lambda runs: runs[0].update(profile="full"), "01_tensors · jax · full is the"),
        ("quick", lambda runs: runs[0].update(chapter="00_gone"), "00_gone · jax · quick is the"),
        ("full", lambda runs: runs.pop(), "holds 9 runs"),
        ("full", lambda runs: runs[0].update(backend="torch"), "01_tensors · jax · full is the"),
    ],
)
def test_a_record_that_is_not_whole_says_how_to_make_it(
    tmp_path, runs, profile, change, difference
):
    change(runs[profile])
    with pytest.raises(ValueError, match=difference) as caught:
        whole(tmp_path, profile, runs)
    assert recorded.COMMANDS[profile] in str(caught.value)


def test_no_record_says_how_to_make_it(tmp_path):
    wanted = r"holds 0 runs.*54(.|\n)*cp .*notebooks/recorded/quick\.json"
    with pytest.raises(ValueError, match=wanted):
        recorded.whole("quick", tmp_path)


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
