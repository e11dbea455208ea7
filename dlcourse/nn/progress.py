"""What `fit` shows while it works, and how Ctrl-C ends it between two steps."""

import signal
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType

from tqdm import tqdm


def bar(title: str, steps: int, shown: bool) -> tqdm:
    """Return a bar whose `update()` moves it by a step.

    It rewrites its own line and blanks it at the end: the line printed next takes its place, also
    in a stored notebook.
    """
    return tqdm(
        total=steps,
        desc=title,
        file=sys.stdout,  # stderr is for what went wrong
        leave=False,
        disable=not shown,
        ncols=80,
        bar_format="{desc} {bar} {n_fmt}/{total_fmt} · {remaining} left{postfix}",
    )


class Progress:
    """What `fit` shows: a bar while an epoch runs, then one line that stays."""

    def __init__(self, verbose: int | str, epochs: int) -> None:
        """Show nothing (0), bar and lines (1 or "auto"), or lines only (2)."""
        if verbose not in ("auto", 0, 1, 2):
            raise ValueError(
                f"fit: verbose={verbose!r} must be 0 (silent), 1 or 'auto' (progress bar and a "
                "line an epoch) or 2 (lines only)."
            )
        self.verbose, self.epochs = verbose, epochs

    def epoch(self, number: int, steps: int) -> tqdm:
        """Return the bar of one epoch."""
        self.title = f"Epoch {number + 1}/{self.epochs}"
        self.started = time.perf_counter()
        return bar(self.title, steps, is_watched(self.verbose))

    def line(self, logs: Mapping[str, float]) -> None:
        """Print what came out of the epoch."""
        if self.verbose:
            seconds = time.perf_counter() - self.started
            print(f"{self.title} · {seconds:.1f} s · {describe(logs)}")

    def interrupted(self) -> None:
        """Say in which state Ctrl-C left the model."""
        if self.verbose:
            print(f"{self.title} · interrupted: the weights are those after the last whole step")


def describe(logs: Mapping[str, float]) -> str:
    """Return "loss 0.2604 · accuracy 0.9257"."""
    return " · ".join(f"{name} {value:.4f}" for name, value in logs.items())


class Interruption:
    """Turns the first Ctrl-C into a wish, `requested`, that is granted after the step.

    A step changes one array after the other: cut in two, it would leave an optimizer that knows
    of gradients that the weights have not followed. A second Ctrl-C ends it all the same.
    """

    def __init__(self) -> None:
        """Start without a wish."""
        self.requested = False

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True

    def __enter__(self) -> "Interruption":
        # Python delivers signals to the main thread, and lets no other one ask for them.
        self._is_main = threading.current_thread() is threading.main_thread()
        if self._is_main:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._is_main:
            signal.signal(signal.SIGINT, self._before or signal.SIG_DFL)


def is_watched(verbose: int | str) -> bool:
    """Say whether a bar is wanted, and there is a terminal or a notebook to show it move."""
    ipython = sys.modules.get("IPython")  # who works in a notebook has imported it
    in_notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    return verbose in (1, "auto") and (sys.stdout.isatty() or in_notebook)
