"""An environment such as hosted services have: some packages are there, the course is not."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
from nbformat import NotebookNode

# pip and setuptools are its own; the first two are how this checkout is installed.
LEFT_OUT = ("dlcourse", "_editable_impl_dlcourse", "pip", "setuptools", "__pycache__")


class Service:
    """A new environment that sees the packages of this one, but for the course and `absent`.

    A kernel of it finds `variables`, and nothing that this process was told about the course.
    """

    def __init__(self, folder: Path, *absent: str, **variables: str) -> None:
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        self.folder, self.python = folder, str(folder / "venv/bin/python")
        self.packages = folder / "packages"
        self.packages.mkdir()
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            if not path.name.startswith((*LEFT_OUT, *absent)):
                (self.packages / path.name).symlink_to(path)
        (own,) = (folder / "venv/lib").glob("python*/site-packages")
        (own / "service.pth").write_text(str(self.packages))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DLCOURSE_", "PYTHON"))}
        self.environment = kept | {"DLCOURSE_CACHE": str(folder / "cache")} | variables

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run its Python in its folder."""
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip

    def versions(self) -> set[str]:
        """Return name==version of each package that it has."""
        return set(self.run("-m", "pip", "list", "--format=freeze").stdout.split())

    def pretend(self, name: str, version: str) -> None:
        """Let it have another version of a package, as far as pip can tell."""
        next(self.packages.glob(f"{name}-*.dist-info")).unlink()
        metadata = self.packages / f"{name}-{version}.dist-info"
        metadata.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (metadata / "METADATA").write_text(text)
        (metadata / "INSTALLER").write_text("pip")

    def run_all(self, notebook: NotebookNode) -> None:
        """Execute the notebook, as somebody would who chooses Run All; fail where a cell does."""
        kernel = self.folder / "jupyter/kernels/service"
        kernel.mkdir(parents=True, exist_ok=True)
        argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "service", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        path = self.folder / "chapter.ipynb"
        nbformat.write(notebook, path)
        done = subprocess.run(
            [sys.executable, "-m", "papermill", path, self.folder / "ran.ipynb", "-k", "service"],
            cwd=self.folder, capture_output=True, text=True,
            env=self.environment | {"JUPYTER_PATH": str(self.folder / "jupyter")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
