"""The scripts of .ci: what they say, and what they do when something is wrong.

Programs that are not here, or must not run in a test (gh, nvidia-smi, pip), are stood in for by
scripts that write down how they were called.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dlcourse.course import catalogue, session

ROOT = catalogue.root()
SECTION = "- A new chapter: attention.\n\n### Mended\n\n- A wrong number."
CHANGELOG = (
    f"# Changelog\n\n## 0.2.0 – 2026-12-01\n\n{SECTION}\n\n## 0.1.0 – 2026-11-01\n\n- Old.\n"
)

RUN = {
    "GITHUB_REPOSITORY": "dlcourse/dlcourse",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "7",
}
# What GitHub answers: the issue that is open, if any, and the jobs that failed.
GH = """
    case "$*" in
    *issues?state=open*) echo "$OPEN" ;;
    *runs/7/jobs*) echo "- [newest](https://github.com/job)" ;;
    esac"""


class Machine:
    """A small checkout with the scripts, and programs of our own in front of all others."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "calls"
        shutil.copytree(ROOT / ".ci", folder / ".ci")
        shutil.copy(ROOT / "requirements.lock", folder)
        (folder / "bin").mkdir()
        self.log.touch()

    def program(self, name: str, script: str) -> Path:
        path = self.folder / "bin" / name
        path.write_text(f'#!/bin/bash\necho "{name} $*" >> {self.log}\n{script}\n')
        path.chmod(0o755)
        return path

    def call(self, script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
        here = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "DLCOURSE_DATA": ""}
        return subprocess.run(
            [self.folder / ".ci" / script, *arguments],
            env=os.environ | here | settings, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def calls(self, of: str = "") -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith(of)]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


class TestGpu:
    # Stands for Python: its environments hold a pip and a dlcourse that write down their calls.
    PYTHON = 'mkdir -p "$4/bin"; for x in pip dlcourse; do cp "$(dirname "$0")/$x" "$4/bin"; done'

    def test_without_a_gpu_it_fails_and_says_why(self, machine):
        machine.program("nvidia-smi", "exit 9")
        done = machine.call("gpu", PYTHON="false")
        assert done.returncode == 1
        assert "No GPU run: nvidia-smi finds no NVIDIA GPU" in done.stderr
        assert "GPU_RUNNER" in done.stderr

    def test_it_names_the_choices(self, machine):
        done = machine.call("gpu", "pytorch")
        assert done.returncode == 2
        assert "pytorch: choose from jax, torch, tensorflow" in done.stderr

    def test_a_dry_run_shows_what_it_would_do(self, machine):
        done = machine.call("gpu", "--dry-run")
        shown = done.stdout.replace("build/gpu/env/bin/", "").splitlines()
        assert done.returncode == 0
        assert not machine.calls()
        readme = (ROOT / "README.md").read_text().replace('"', "").splitlines()
        (install,) = [line for line in readme if line.startswith("pip install") and "cuda" in line]
        assert f"+ {install}" in shown
        for backend in session.BACKENDS:
            assert sum(f"--device gpu --backend {backend} --profile full" in x for x in shown) == 1

    def test_a_framework_that_fails_fails_the_whole_after_the_others_ran(self, machine):
        machine.program("nvidia-smi", "echo 'GPU 0: a card'")
        machine.program("pip", "")
        machine.program("dlcourse", '[ "$5" != jax ]')
        machine.program("python", self.PYTHON)
        done = machine.call("gpu", PYTHON="python")
        assert done.returncode == 1, done.stderr
        runs = [line.split("--backend ")[1].split()[0] for line in machine.calls("dlcourse run")]
        assert runs == ["jax", "torch", "tensorflow"]
        assert len(machine.calls("dlcourse data fetch")) == 1
        machine.log.write_text("")
        assert machine.call("gpu", "torch", PYTHON="python").returncode == 0
        assert not [line for line in machine.calls("pip") if "tensorflow" in line]


class TestIssue:
    def call(self, machine, results: str, opened: str = "") -> str:
        machine.program("gh", GH)
        done = machine.call("issue", "nightly", "It broke", results, OPEN=opened, **RUN)
        assert done.returncode == 0, done.stderr
        return machine.log.read_text()

    def test_a_failure_opens_one(self, machine):
        said = self.call(machine, "success,failure")
        assert "gh issue create --repo dlcourse/dlcourse --label nightly --title It broke" in said
        assert "https://github.com/dlcourse/dlcourse/actions/runs/7" in said
        assert "- [newest](https://github.com/job)" in said
        assert "gh label create nightly" in said

    def test_the_next_failure_renews_it(self, machine):
        said = self.call(machine, "failure", opened="12")
        assert "gh api --method PATCH repos/dlcourse/dlcourse/issues/12 --raw-field body=" in said
        assert "create" not in said

    def test_success_closes_it(self, machine):
        said = self.call(machine, "success,success", opened="12")
        assert "gh issue close 12" in said

    @pytest.mark.parametrize(
        ("results", "opened"), [("success", ""), ("cancelled", "12"), ("success,skipped", "12")]
    )
    def test_otherwise_nothing_changes(self, machine, results, opened):
        self.call(machine, results, opened)
        assert len(machine.calls("gh")) == 1


class TestPackage:
    @pytest.fixture
    def release(self, machine):
        (machine.folder / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
        (machine.folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
        return machine

    @pytest.mark.parametrize(
        ("tag", "changelog", "reason"),
        [
            ("v0.3.0", CHANGELOG, "the tag is v0.3.0, but pyproject.toml says version 0.2.0"),
            ("v0.2.0", "# Changelog\n\n## 0.1.0 – 2026-11-01\n", "has no section '## 0.2.0"),
            ("v0.2.0", "## 0.2.0 – unreleased\n", "calls 0.2.0 unreleased"),
        ],
    )
    def test_a_tag_that_does_not_fit_stops_the_release(self, release, tag, changelog, reason):
        (release.folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        done = release.call("package", tag, PYTHON="false")
        assert done.returncode == 1
        assert reason in done.stderr
        assert not (release.folder / "build").exists()

    def test_the_notes_are_the_section_of_the_changelog(self, release):
        release.call("package", "v0.2.0", PYTHON="false")
        notes = (release.folder / "build" / "release-notes.md").read_text(encoding="utf-8")
        assert notes.strip() == SECTION
