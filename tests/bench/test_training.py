"""Epochs in processes of their own."""

import pytest

from dlcourse.bench import training


def test_epochs_are_measured_in_a_process():
    seconds = training.epochs("products", 2)
    assert len(seconds) == 2
    assert all(0 < s < 600 for s in seconds)


def test_a_process_that_fails_says_why(monkeypatch):
    monkeypatch.setenv("DLCOURSE_VARIANT", "nonsense")
    with pytest.raises(RuntimeError, match="nonsense"):
        training.epochs("nn", 1)


def test_every_competitor_runs_in_every_round(monkeypatch):
    monkeypatch.setattr(training, "epochs", lambda competitor, count: [1.0] * count)
    seen = list(training.rounds(3, times=2))
    assert [name for name, _ in seen] == [*training.COMPETITORS] * 2
    assert all(times == [1.0] * 3 for _, times in seen)
