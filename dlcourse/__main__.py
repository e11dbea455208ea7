"""`python -m dlcourse`, the same as the command `dlcourse`."""

from dlcourse.cli import app

app(prog_name="dlcourse")
