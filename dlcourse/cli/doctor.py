"""`dlcourse doctor`: can this machine run the course, and what to do where it cannot."""

import typer

from dlcourse.cli.say import console, quote, say

_COLOURS = {"ok": "green", "limited": "yellow", "broken": "red"}
_IN_ALL = {
    "ok": "All of the course can run here.",
    "limited": "Nothing is broken. What is limited, and what to do about it, is said above.",
    "broken": "The course cannot run here. What to do is said above.",
}


def doctor() -> None:
    """Try whether this machine can run the course; say what to do where it cannot.

    Nothing is changed, and nothing is fetched. The exit status is 1 where the course cannot run;
    what only limits it does not count.
    """
    from dlcourse.doctor import CHECKS, examine

    states = set()
    width = max(map(len, CHECKS))
    for topic, check in CHECKS.items():
        with console.status(f"looking at {topic}"):
            finding = examine(check)
        states.add(finding.state)
        state = f"[{_COLOURS[finding.state]}]{finding.state:7}[/]"
        say(f"{state}  {topic:{width}}  {quote(finding.found)}")
        if finding.way:
            say(f"{'':7}  {'':{width}}  → {quote(finding.way)}")
    worst = next(state for state in reversed(_COLOURS) if state in states)
    say(f"[{_COLOURS[worst]}]{_IN_ALL[worst]}[/]")
    raise typer.Exit(1 if worst == "broken" else 0)
