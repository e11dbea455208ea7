"""One place in which submissions run, one after the other: a warm process, kept apart."""

import logging
from collections.abc import Sequence
from typing import Self

from dlcourse.grading.sandbox.limits import LEVELS, Limits, SandboxError
from dlcourse.grading.sandbox.process import Process
from dlcourse.grading.sandbox.session import Session
from dlcourse.grading.sandbox.warm import Warm

_log = logging.getLogger(__name__)


class Slot:
    """A warm process at one level of the sandbox; each session is forked from it, and confined.

    Use it in a `with` statement, from one thread at a time. The warm process starts when it is
    first needed, and again should it be lost.
    """

    def __init__(
        self,
        level: str = "bubblewrap",
        limits: Limits | None = None,
        warm: Sequence[str] = ("numpy",),
        backend: str = "torch",
    ):
        """Describe the slot; nothing starts yet.

        Args:
            level: "bubblewrap", "landlock" or "none" (see `levels`).
            limits: what each session may use.
            warm: modules to import once, before any student's code.
            backend: Keras's backend in this slot. PyTorch compiles nothing: a short training takes
                a tenth of the time that TensorFlow or JAX need before their first step.

        Raises ValueError for a level that does not exist.
        """
        if level not in LEVELS:
            raise ValueError(f"there is no level {level!r}: choose one of {', '.join(LEVELS)}")
        self.level, self.limits = level, limits or Limits()
        self.modules, self.backend = tuple(warm), backend
        self._warm: Warm | None = None
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the warm process now, if there is none. Raises SandboxError."""
        if self._warm is None or not self._warm.is_alive():
            self._stop()
            self._warm = Warm(self.level, self.limits, self.modules, self.backend)

    def session(self, cells: Sequence[str]) -> Session:
        """Run the cells of one submission and return the session, ready for `ask`.

        A session of this slot that is still open is closed first. Raises SandboxError.
        """
        self._close_session()
        self._session = Session(self._process, cells, self.limits)
        return self._session

    def close(self) -> None:
        """End the session and the warm process; nothing of them is left. Raises SandboxError."""
        try:
            self._close_session()
        finally:
            self._stop()

    def _process(self) -> Process:
        """Start one confined process; where the warm one does not answer, with a new one."""
        self.start()
        try:
            return self._warm.fork()
        except SandboxError as error:
            _log.warning("a new warm process is started, because: %s", error)
            self._stop()
            self.start()
            return self._warm.fork()

    def _close_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _stop(self) -> None:
        warm, self._warm = self._warm, None
        if warm is not None:
            warm.close()
