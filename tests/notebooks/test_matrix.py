"""`dlcourse run` passes on every chapter and backend, with the quick profile, as users call it."""

import json
import subprocess
import sys

from dlcourse.course import catalogue, session


def test_every_chapter_on_every_backend(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "dlcourse", "run", "--backend", "all", "--device", "cpu",
         "--profile", "quick", "--jobs", "2", "--data", "embedded", "--report", str(tmp_path)],
        cwd=catalogue.root(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    runs = json.loads((tmp_path / "report.json").read_text())["runs"]
    wanted = {(c.name, backend) for c in catalogue.chapters() for backend in session.BACKENDS}
    assert {(run["chapter"], run["backend"]) for run in runs} == wanted
    for run in runs:
        assert run["status"] == "ok"
        assert run["results"]
        assert 100 < run["peak_rss_mb"] < 2000
        assert (tmp_path / run["notebook"]).stat().st_size > 10_000
        assert "<img" in (tmp_path / run["page"]).read_text()
