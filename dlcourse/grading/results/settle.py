"""What a submission is worth in the end: checks, points given by hand, and being late."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dlcourse.grading.results import by_hand, records
from dlcourse.grading.results.by_hand import Hand, Review
from dlcourse.grading.submissions import lateness
from dlcourse.grading.submissions.lateness import Lateness


def settle(
    result: Mapping[str, Any], review: Review | None = None, late: Lateness | None = None
) -> dict[str, Any]:
    """Return `result` with its final points; `review` is None where no gradebook has it.

    Each task gets "comment" (a grader's), and points given by hand stand in for those of the
    checks. Added are "penalty", "late" (a sentence for the student) and "open": the tasks that a
    person still has to look at. "score" is the sum less the penalty, never below 0. "status" is
    "graded" as soon as nothing is open and no flag is on the submission; until then it is "needs
    review" or "failed", and the score is not final.
    """
    hands = review.tasks if review else {}
    tasks = [_task(task, hands.get(task["id"], Hand())) for task in result["tasks"]]
    todo = [
        task["id"] for task in tasks if task["points"] is None or hands.get(task["id"], Hand()).open
    ]
    flagged = review.flagged if review else result["status"] != "graded"
    status = "needs review" if todo or flagged else "graded"
    if flagged and result["status"] != "graded":
        status = result["status"]
    penalty = late.penalty if late else 0.0
    earned = sum(task["points"] or 0.0 for task in tasks)
    return {
        **result,
        "tasks": tasks,
        "score": max(0.0, round(earned - penalty, 9)),
        "penalty": penalty,
        "late": late.note if late else "",
        "open": todo,
        "status": status,
    }


def settled(course: Path, assignment: str | None = None) -> list[dict[str, Any]]:
    """Return the settled results of a course folder, by assignment and student.

    Where the gradebook has the class, who is not in it has no final score: no person can have
    looked at that work.

    Raises RecordError for a damaged result file, PolicyError for a policy that cannot be used.
    """
    policy = lateness.load(course)
    results = records.load_all(course, assignment)
    names = {result["assignment"] for result in results}
    reviews = {name: by_hand.reviews(course, name) for name in names}
    rows = []
    for result in results:
        entered = reviews[result["assignment"]]
        review = entered.get(result["student"], Review(flagged=True) if entered else None)
        rows.append(settle(result, review, judge(policy, result)))
    return rows


def judge(policy: lateness.Policy, result: Mapping[str, Any]) -> Lateness:
    """Return how late the work of `result` came, and the points it costs."""
    when = result.get("submitted")
    submitted = datetime.fromisoformat(when) if when else None
    return lateness.judge(
        policy, result["assignment"], result["student"], submitted, result["max_score"]
    )


def _task(task: Mapping[str, Any], hand: Hand) -> dict[str, Any]:
    points = task["points"] if hand.points is None else hand.points
    if points is not None:
        points += hand.extra
    return {**task, "points": points, "comment": hand.comment}
