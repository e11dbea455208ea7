"""Setting up the environment: quick when nothing changed, clear when something is missing."""

import ast
import http.server
import os
import pathlib
import pty
import subprocess
import sys
import threading
import time
import types

import pytest

from dlcourse import bootstrap

PATH = bootstrap.__file__


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "dlcourse-setup")
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(bootstrap, "reachable", lambda url: False)
    return tmp_path


@pytest.fixture
def commands(monkeypatch):
    made = []

    def run(command):
        made.append(command)
        if "venv" in command:
            bootstrap.VENV.mkdir(exist_ok=True)
        return (1, "") if "import pip" in command else (0, "")

    monkeypatch.setattr(bootstrap, "run", run)
    return made


def test_it_installs_the_lock_once(checkout, commands):
    assert bootstrap.main() == 0
    _, venv, install = commands
    assert venv[1:3] == ["-m", "venv"]
    assert install[install.index("--constraint") + 1] == str(checkout / "requirements.lock")
    assert install[-1] == f"{checkout}[course,docs,grading,test]"
    assert bootstrap.main() == 0
    assert len(commands) == 3


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_a_changed_dependency_installs_again(checkout, commands, name):
    bootstrap.main()
    (checkout / name).write_text("changed")
    bootstrap.main()
    assert len(commands) > 3


def test_the_cpu_build_of_torch_comes_from_its_own_index(checkout, commands, monkeypatch):
    monkeypatch.setattr(bootstrap, "reachable", lambda url: True)
    monkeypatch.setattr(sys, "platform", "linux")
    bootstrap.main()
    assert commands[-1][commands[-1].index("--extra-index-url") + 1] == bootstrap.TORCH_CPU_INDEX


def test_a_failed_install_says_what_to_do_and_is_tried_again(checkout, monkeypatch, capsys):
    failures = iter([(1, ""), (0, ""), (1, "no space left")])
    monkeypatch.setattr(bootstrap, "run", lambda command: next(failures))
    assert bootstrap.main() == 1
    said = capsys.readouterr().err
    assert 0 <= said.index("no space left") < said.index("Set-up stopped: pip could not install")
    assert "Check the network" in said
    assert not bootstrap.STAMP.exists()


def test_without_the_venv_module_it_names_the_package(checkout, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "run", lambda command: (1, "ensurepip is not available"))
    assert bootstrap.main() == 1
    assert "sudo apt install python3-venv" in capsys.readouterr().err


def test_a_full_disk_is_told_before_the_download(checkout, commands, monkeypatch, capsys):
    usage = types.SimpleNamespace(free=1.5e9)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: usage)
    assert bootstrap.main() == 1
    assert f"1.5 GB are free in {checkout}, and the course needs 5 GB" in capsys.readouterr().err
    assert not bootstrap.VENV.exists()


def test_an_old_python_without_a_newer_one_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3.11, 3.12 or 3.13.*3.9"):
        bootstrap.find_python()


def test_an_old_python_finds_the_newest_supported_one(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    installed = {"python3.12": "/bin/python3.12", "python3.11": "/bin/python3.11"}
    monkeypatch.setattr(bootstrap.shutil, "which", installed.get)
    assert bootstrap.find_python() == "/bin/python3.12"


def test_an_address_that_answers_is_reachable():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    server.RequestHandlerClass.log_message = lambda *args: None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert bootstrap.reachable(f"http://127.0.0.1:{server.server_port}/not-there")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_one_that_does_not_answer_costs_no_more_than_its_timeout():
    start = time.monotonic()
    assert not bootstrap.reachable("http://127.0.0.1:9/", seconds=1)
    assert not bootstrap.reachable("http://not-a-host.invalid/", seconds=1)
    assert time.monotonic() - start < 30


def test_a_command_keeps_its_last_lines():
    code = "for i in range(40): print(i)\nraise SystemExit(3)"
    status, said = bootstrap.run([sys.executable, "-c", code])
    assert status == 3
    assert said.splitlines() == [str(i) for i in range(25, 40)]
    assert bootstrap.run(["no-such-program"])[0] == 127


def test_a_silent_command_is_seen_to_go_on():
    slow = "import time; print('Unpacking', flush=True); time.sleep(2.6)"
    code = f"import sys; from dlcourse.bootstrap import run; run([sys.executable, '-c', {slow!r}])"
    screen, terminal = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stdout=terminal, check=True)
    os.close(terminal)
    shown = os.read(screen, 10_000).decode()
    assert "0:02  Unpacking" in shown
    assert shown.endswith("\r\x1b[K")


def test_an_old_python_can_read_it():
    source = pathlib.Path(PATH).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    assert "__future__" not in source, "annotations of the future came with 3.7"
    annotations = [
        getattr(node, "returns", None) or getattr(node, "annotation", None)
        for node in ast.walk(tree)
    ]
    assert not [each for each in annotations if isinstance(each, ast.Subscript)], "these with 3.9"


def test_it_needs_nothing_but_the_standard_library():
    command = [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({PATH!r})"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
