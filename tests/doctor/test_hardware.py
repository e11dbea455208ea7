"""What `dlcourse doctor` says of processor, memory and disk."""

import shutil
from types import SimpleNamespace

import psutil
import pytest

from dlcourse import machine
from dlcourse.course import catalogue
from dlcourse.doctor import BROKEN, LIMITED, OK, hardware

GB = 10**9


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program of our own in the place of nvidia-smi."""
    hardware.gpu.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(script):
        path = tmp_path / "nvidia-smi"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    yield write
    hardware.gpu.cache_clear()


@pytest.mark.parametrize(("cores", "state"), [(1, LIMITED), (2, OK), (64, OK)])
def test_one_core_is_few(monkeypatch, cores, state):
    monkeypatch.setattr(machine, "cores", lambda: cores)
    assert hardware.processor().state == state
    assert f", {cores} core" in hardware.processor().found


def test_the_names_of_gpus_are_those_of_the_driver(program):
    program("echo NVIDIA A; echo NVIDIA B")
    assert hardware.gpu() == "NVIDIA A, NVIDIA B"
    assert hardware.processor().found.endswith("; NVIDIA A, NVIDIA B")


def test_a_driver_that_fails_is_no_gpu(program):
    program("echo 'No devices were found'; exit 6")
    assert hardware.gpu() == ""


def test_no_driver_is_no_gpu(program):
    assert hardware.gpu() == ""


class TestMemory:
    @pytest.fixture
    def free(self, monkeypatch, tmp_path):
        monkeypatch.setattr(hardware, "_CONTAINER", tmp_path)

        def set_it(size):
            monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=size))

        return set_it

    @pytest.fixture
    def container(self, free, tmp_path):
        """Set what a container may take, takes, and what of that is files that can go."""

        def set_it(most, taken, files):
            (tmp_path / "memory.max").write_text(f"{most}\n")
            (tmp_path / "memory.current").write_text(f"{taken}\n")
            (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {files}\nslab 9\n")

        free(16 * GB)
        return set_it

    def test_enough(self, free):
        free(16 * GB)
        assert hardware.memory().state == OK
        assert hardware.memory().found.startswith("16.0 GB free; a chapter takes 0.")

    def test_too_little_for_the_largest_chapters(self, free):
        free(1.5 * GB)
        finding = hardware.memory()
        assert finding.state == LIMITED
        assert "08a_convnets" in finding.way
        assert "07_housing" not in finding.way

    def test_too_little_for_any(self, free):
        free(0.3 * GB)
        assert hardware.memory().state == BROKEN
        assert "Colab" in hardware.memory().way

    def test_a_container_may_have_less_than_the_machine(self, container):
        container(2 * GB, taken=GB, files=0)
        assert hardware.memory().state == LIMITED
        assert hardware.memory().found.startswith("1.0 GB free")

    def test_files_in_memory_make_room(self, container):
        container(2 * GB, taken=2 * GB, files=19 * GB // 10)
        assert hardware.memory().found.startswith("1.9 GB free")
        assert hardware.memory().state == OK

    def test_a_container_without_a_limit(self, container):
        container("max", taken=GB, files=0)
        assert hardware.memory().found.startswith("16.0 GB free")

    def test_without_chapters_there_is_nothing_to_compare_with(self, free, monkeypatch):
        def root():
            raise FileNotFoundError

        monkeypatch.setattr(catalogue, "root", root)
        free(0.3 * GB)
        assert (hardware.memory().state, hardware.memory().found) == (OK, "0.3 GB free")


@pytest.mark.parametrize(("size", "state"), [(0.1, BROKEN), (0.5, OK)])
def test_the_place_with_the_least_room_counts(monkeypatch, tmp_path, size, state):
    cache = tmp_path / "not" / "yet"
    monkeypatch.setenv("DLCOURSE_CACHE", str(cache))
    monkeypatch.setattr(
        shutil,
        "disk_usage",
        lambda folder: SimpleNamespace(free=GB * (size if folder == tmp_path else 50)),
    )
    finding = hardware.disk()
    assert (finding.state, finding.found) == (state, f"{size} GB free for data ({tmp_path})")
    assert ("delete" in finding.way) == (state == BROKEN)
