"""The workflows of GitHub: two linters find nothing, and what the steps call exists."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml

from dlcourse import bootstrap
from dlcourse.cli import app
from dlcourse.course import catalogue, session

ROOT = catalogue.root()
BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
SCRIPTS = sorted(path for path in (ROOT / ".ci").iterdir())
# Options of dlcourse that a test cannot see, because a variable stands for them.
VARIABLES = {"$BACKEND": "jax", "$backend": "jax", "${{ matrix.python }}": "3.12"}


def jobs(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def steps() -> Iterator[dict]:
    """Return every step of every workflow and of our own actions."""
    for path in WORKFLOWS:
        for job in jobs(path).values():
            yield from job.get("steps", [])
    for path in ACTIONS:
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["runs"]["steps"]


def commands() -> list[list[str]]:
    """Return every command of a step or of a script in .ci, as words, continued lines joined."""
    texts = [step["run"] for step in steps() if "run" in step]
    texts += [path.read_text(encoding="utf-8") for path in SCRIPTS]
    lines = "\n".join(texts).replace("\\\n", " ").splitlines()
    return [split(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def split(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # one line of a text in quotes that goes over several
        return []
    return [VARIABLES.get(word, word) for word in words]


def calls_of(program: str) -> list[list[str]]:
    """Return the arguments of each call of `program`, wherever it lies."""
    found = []
    for words in commands():
        for position, word in enumerate(words):
            if re.fullmatch(rf"(\S*/)?{program}", word):
                found.append(words[position + 1 :])
    return found


@pytest.mark.parametrize("command", [["actionlint"], ["zizmor", "--offline", "--quiet", ".github"]])
def test_a_linter_finds_nothing(command):
    # actionlint hands each step's shell to shellcheck, which it looks for on the PATH.
    settings = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_finds_nothing_in_the_scripts():
    done = subprocess.run([BIN / "shellcheck", *SCRIPTS], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_linters_would_notice(tmp_path):
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    spoilt = WORKFLOWS[0].read_text(encoding="utf-8").replace("matrix.python", "matrix.pyton")
    spoilt += '      - run: cat $HOME/"${{ github.head_ref }}"\n'
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text(spoilt, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    settings = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    lint = subprocess.run(
        ["actionlint"], cwd=tmp_path, env=settings, capture_output=True, text=True
    )
    assert 'property "pyton" is not defined' in lint.stdout
    assert "SC2086" in lint.stdout
    audit = subprocess.run(
        ["zizmor", "--offline", ".github"],
        cwd=tmp_path,
        env=settings,
        capture_output=True,
        text=True,
    )
    assert "template-injection" in audit.stdout


def test_every_action_is_pinned_by_its_commit_and_everywhere_by_the_same():
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS + ACTIONS)
    pinned = {}
    for used in re.findall(r"uses: (.+)", text):
        if used.startswith("$/"):
            assert (ROOT / used[2:]).exists()
            continue
        action, pin = re.fullmatch(
            r"([\w-]+/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", used
        ).groups()
        assert pinned.setdefault(action, pin) == pin
    assert len(pinned) > 5


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_job_may_do_more_than_it_needs_or_run_for_ever(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert "uses" in job or job["timeout-minutes"] <= 180, name
        written = {scope for scope, right in job.get("permissions", {}).items() if right == "write"}
        allowed = {"publish": {"id-token"}, "page": {"contents"}, "report": {"issues"}}
        assert written <= allowed.get(name, {"id-token", "pages"} if name == "deploy" else set())


@pytest.mark.parametrize(
    "path", [path for path in WORKFLOWS if "report" in jobs(path)], ids=lambda path: path.stem
)
def test_a_step_that_hangs_fails_before_its_job_is_cancelled(path):
    # GitHub cancels a job that takes too long, and `.ci/issue` says nothing of cancelled ones.
    watched = jobs(path)[jobs(path)["report"]["needs"]]
    limits = [step["timeout-minutes"] for step in watched["steps"] if "run" in step]
    assert sum(limits) < watched["timeout-minutes"]


def test_only_jobs_that_install_the_whole_lock_keep_pips_downloads():
    for path in WORKFLOWS:
        for job in jobs(path).values():
            if any(step.get("uses", "").startswith("$/") for step in job.get("steps", [])):
                said = " ".join(step.get("run", "") for step in job["steps"])
                assert re.search(r"make (setup|book)|course,docs,grading,test", said)


def test_chapters_and_exercises_run_on_every_backend_of_the_matrix():
    # The job leaves out tests/notebooks/test_matrix.py, which runs all of these.
    runs = [words for words in calls_of("dlcourse") if "quick" in words]
    assert len(runs) == 2
    assert all(words[:3] == ["run", "chapters", "exercises"] for words in runs)


def test_the_matrix_holds_every_python_and_every_backend():
    oldest, newest = bootstrap.OLDEST[1], bootstrap.NEWEST[1]
    pythons = [f"3.{minor}" for minor in range(oldest, newest + 1)]
    for name in ("ci", "nightly"):
        for job in jobs(ROOT / f".github/workflows/{name}.yml").values():
            matrix = job.get("strategy", {}).get("matrix", {})
            assert matrix.get("python", pythons) == pythons
            assert matrix.get("backend", list(session.BACKENDS)) == list(session.BACKENDS)
    assert "backend" in jobs(ROOT / ".github/workflows/ci.yml")["chapters"]["strategy"]["matrix"]
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    assert [x.split()[-1] for x in named if re.search(r":: 3\.\d+$", x)] == pythons


def test_dlcourse_has_every_command_and_option_that_is_called():
    calls = calls_of("dlcourse")
    assert len(calls) > 5
    for arguments in calls:
        command, context = typer.main.get_command(app), None
        stop = [word for word in arguments if word in ("||", ">", "|", ";")]
        arguments = arguments[: arguments.index(stop[0])] if stop else arguments
        while hasattr(command, "commands") and arguments and not arguments[0].startswith("-"):
            context = typer.Context(command, parent=context)
            command, arguments = command.commands[arguments[0]], arguments[1:]
        if not hasattr(command, "commands"):
            command.make_context(command.name, arguments, parent=context)  # raises for an unknown


def test_every_make_target_that_is_called_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = {words[0] for words in calls_of("make")}
    assert {"setup", "book", "lite"} <= called
    for target in called:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_that_a_step_names_exists():
    named = [w for words in commands() for w in words if re.match(r"(\.ci|tests|docs)/[\w/.]+$", w)]
    assert ".ci/package" in named
    for name in named:
        assert (ROOT / name.split("::")[0]).exists(), name
    for script in SCRIPTS:
        assert os.access(script, os.X_OK), script


def test_the_nightly_leaves_out_only_a_test_that_exists():
    (left_out,) = [
        words[words.index("--deselect") + 1] for words in commands() if "--deselect" in words
    ]
    path, name = left_out.split("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_pytorch_comes_from_the_same_place_as_everywhere():
    places = [
        words[words.index("--extra-index-url") + 1]
        for words in commands()
        if "--extra-index-url" in words
    ]
    assert set(places) == {bootstrap.TORCH_CPU_INDEX}
    assert len(places) == 2
