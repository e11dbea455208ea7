"""What lies around a sandbox, all of it open to every user: only the sandbox protects it."""

import os
import socket
import tempfile
from pathlib import Path

SECRET = "TOP-SECRET: what no student may know"
_FILES = ("solutions.py", "gradebook.db", "secret", "alice/hw/notebook.ipynb")


class World:
    """A folder with files to steal and change, and sockets on which somebody waits."""

    def __init__(self, folder=None):
        """Make the folder, or fill up the one that is there, and open the sockets."""
        self._held = tempfile.TemporaryDirectory(prefix="world-")
        self.folder = folder or Path(self._held.name)
        for name in _FILES:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text(SECRET, encoding="utf-8")
        self._sockets = [
            socket.create_server(("127.0.0.1", 0)),
            _bound(socket.SOCK_STREAM, self.folder / "socket"),
            _bound(socket.SOCK_DGRAM, self.folder / "datagrams"),
        ]
        self.port = self._sockets[0].getsockname()[1]
        for path in [self.folder, *self.folder.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        self._before = self._state()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self._sockets:
            each.close()
        self._held.cleanup()

    def assert_untouched(self):
        """Nothing was changed, added or removed, and nobody came to the sockets."""
        assert self._state() == self._before
        self.assert_nobody_came()

    def assert_nobody_came(self):
        """Nobody connected to the sockets, or sent them anything."""
        for listening in self._sockets:
            listening.setblocking(False)
            take = listening.recv if listening.type == socket.SOCK_DGRAM else listening.accept
            arguments = (1,) if listening.type == socket.SOCK_DGRAM else ()
            try:
                came = take(*arguments)
            except BlockingIOError:
                continue
            raise AssertionError(f"somebody came: {came}")

    def _state(self):
        found = {}
        for path in [self.folder, *sorted(self.folder.rglob("*"))]:
            about = path.lstat()
            content = path.read_bytes() if path.is_file() else None
            found[path] = (about.st_mode, about.st_uid, about.st_mtime_ns, about.st_nlink, content)
        return found


def _bound(kind, path):
    listening = socket.socket(socket.AF_UNIX, kind)
    listening.bind(os.fspath(path))
    if kind == socket.SOCK_STREAM:
        listening.listen()
    return listening
