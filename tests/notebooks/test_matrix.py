"""`dlcourse run` passes on every chapter, exercise and backend, with the quick profile."""

import json
import subprocess
import sys

from dlcourse.course import catalogue, session, work


def test_every_chapter_and_exercise_on_every_backend(tmp_path):
    names = ["chapters", "exercises"]
    done = subprocess.run(
        [sys.executable, "-m", "dlcourse", "run", *names, "--backend", "all", "--device", "cpu",
         "--profile", "quick", "--jobs", "2", "--data", "embedded", "--report", str(tmp_path)],
        cwd=catalogue.root(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    runs = json.loads((tmp_path / "report.json").read_text())["runs"]
    wanted = {(each.name, backend) for each in work.find(names) for backend in session.BACKENDS}
    assert {(run["chapter"], run["backend"]) for run in runs} == wanted
    for run in runs:
        exercise = run["chapter"].startswith("exercises/")
        assert run["status"] == "ok"
        assert run["results"] or exercise
        assert 50 < run["peak_rss_mb"] < 2000
        assert (tmp_path / run["notebook"]).stat().st_size > 10_000
        assert "<img" in (tmp_path / run["page"]).read_text() or exercise
