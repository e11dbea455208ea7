"""The guides say what is so: links, pictures, measured figures, the Kubernetes job."""

import json
import re

import pytest
import yaml
from typer.main import get_command

from dlcourse.cli import app
from dlcourse.course import catalogue
from dlcourse.shard import Shard

ROOT = catalogue.root()
GUIDES = ROOT / "docs" / "guides"
INSTRUCTORS = (GUIDES / "instructors.md").read_text(encoding="utf-8")
STUDENTS = (GUIDES / "students.md").read_text(encoding="utf-8")
JOBS = list(yaml.safe_load_all((GUIDES / "kubernetes.yaml").read_text(encoding="utf-8")))
PICTURES = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", INSTRUCTORS + STUDENTS)


@pytest.mark.parametrize(
    "link", re.findall(r"\]\((?!https?:)([^)#]+)", INSTRUCTORS + STUDENTS) or [None]
)
def test_every_local_link_leads_somewhere(link):
    assert (GUIDES / link).exists()


def test_every_picture_is_shown_once_and_says_what_is_seen():
    assert sorted(name for _, name in PICTURES) == sorted(p.name for p in GUIDES.glob("*.png"))
    for alt, name in PICTURES:
        assert len(alt) > 40, f"{name} needs alternative text"
        assert (GUIDES / name).stat().st_size < 150_000


def test_the_time_that_grading_takes_is_that_of_the_recorded_run():
    record = json.loads((ROOT / "docs/benchmarks/grading.json").read_text(encoding="utf-8"))
    numpy, keras = (
        record["exercises"][name]["dlcourse"] for name in ("01_tensors", "04_frameworks")
    )
    each = {
        name: {who: run["seconds"] / run["submissions"] for who, run in runs.items()}
        for name, runs in record["exercises"].items()
    }
    faster = [f"{times['nbgrader'] / times['dlcourse']:.0f}" for times in each.values()]
    wanted = (
        f"On {record['threads']} cores, {numpy['submissions']} solved notebooks of chapter 1 took "
        f"{numpy['seconds']:.0f} seconds, and {keras['submissions']} of chapter 4, which trains "
        f"with Keras, {keras['seconds']:.0f}: {faster[0]} and {faster[1]} times as fast"
    )
    assert wanted in " ".join(INSTRUCTORS.split())


def command(job) -> list[str]:
    """Return the command of a job's container, as the first of its pods gets it."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    words = [*container["command"], *container.get("args", [])]
    return [word.replace("$(JOB_COMPLETION_INDEX)", "0") for word in words]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job["metadata"]["name"])
def test_a_job_calls_a_command_that_exists(job):
    program, name, *arguments = command(job)
    assert program == "dlcourse"
    grade = get_command(app).commands[name]
    assert grade.make_context(name, arguments).params["course"].name == "course"


def test_the_job_has_a_pod_for_each_part():
    spec = JOBS[0]["spec"]
    words = command(JOBS[0])
    shard = Shard.parse(words[words.index("--shard") + 1])
    assert (spec["completionMode"], spec["completions"]) == ("Indexed", shard.count)
    assert "--shard" not in command(JOBS[1])
    # Results of another level would be graded anew.
    levels = [words[words.index("--level") + 1] for words in map(command, JOBS)]
    assert len(set(levels)) == 1
