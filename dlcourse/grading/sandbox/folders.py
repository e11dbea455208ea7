"""Remove a folder that hostile code has filled."""

import contextlib
import os
import subprocess


def remove(folder: str) -> None:
    """Remove `folder` with all that is in it, however deep, and whatever its modes say.

    Follows no links. Raises OSError when something is left.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)
    if not os.path.lexists(folder):
        return
    # The programs of the system handle folders deeper than Python's recursion or a path goes.
    for program in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        subprocess.run([*program, "--", folder], check=False, capture_output=True, timeout=120)
    if os.path.lexists(folder):
        raise OSError(f"the folder {folder} of a session could not be removed")
