"""What the machine has: processor and GPU, memory, disk."""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from dlcourse import machine
from dlcourse.doctor.finding import BROKEN, LIMITED, OK, Finding

_GB = 1e9
_CORES = 2  # on which the times that chapters state were measured
# Data sets, and the notebooks and pages of all chapters on three backends, take about half of it.
_DISK_GB = 0.2
_CONTAINER = Path("/sys/fs/cgroup")  # Linux's account of what a container may take, and takes


def processor() -> Finding:
    """Say how many cores this process may use, and whether there is a GPU beside them."""
    cores = machine.cores()
    found = f"{machine.describe()['processor']}, {cores} core{'s' * (cores != 1)}"
    found += f"; {gpu()}" if gpu() else ""
    if cores < _CORES:
        return Finding(LIMITED, found, f"expect more time than the chapters say for {_CORES} cores")
    return Finding(OK, found)


@functools.cache
def gpu() -> str:
    """Return what NVIDIA's driver calls the GPUs; an empty text where there is none."""
    if not (program := shutil.which("nvidia-smi")):
        return ""
    query = [program, "--query-gpu=name", "--format=csv,noheader"]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    return ", ".join(done.stdout.splitlines()) if done.returncode == 0 else ""


def memory() -> Finding:
    """Compare free memory with what the full profile of each chapter was measured to take."""
    free, needed = _free_memory() / 1e6, _needed()
    found = f"{free / 1000:.1f} GB free"
    if not needed:
        return Finding(OK, found)
    least, most = min(needed.values()), max(needed.values())
    found += f"; a chapter takes {least / 1000:.1f} to {most / 1000:.1f} GB"
    way = "close other programs, or open the chapters on Colab or Kaggle"
    if free < least:
        return Finding(BROKEN, found, way)
    if free < most:
        large = ", ".join(name for name, size in needed.items() if free < size)
        return Finding(LIMITED, found, f"too little for {large}: {way}")
    return Finding(OK, found)


def disk() -> Finding:
    """Look where results, temporary files and downloads go, at the place with the least room."""
    from dlcourse.datasets.store import cache_folder

    cache = cache_folder()
    data = next(folder for folder in (cache, *cache.parents) if folder.exists())
    places = {"here": Path.cwd(), "for temporary files": tempfile.gettempdir(), "for data": data}
    free = {place: shutil.disk_usage(folder).free / _GB for place, folder in places.items()}
    least = min(free, key=free.get)
    found = f"{free[least]:.1f} GB free {least} ({places[least]})"
    if free[least] < _DISK_GB:
        way = f"the course needs {_DISK_GB:.1f} GB: delete what you can spare, or empty the trash"
        return Finding(BROKEN, found, way)
    return Finding(OK, found)


def _needed() -> dict[str, float]:
    """Return the memory of each chapter in megabytes, as recorded; nothing where none are."""
    from dlcourse.course import catalogue, costs

    try:
        chapters = catalogue.chapters()
    except FileNotFoundError:
        return {}
    recorded = {chapter.name: costs.full_profile(chapter) for chapter in chapters}
    return {name: cost.memory_mb for name, cost in recorded.items() if cost}


def _free_memory() -> float:
    """Return the bytes that are free: of the machine, or of the container where that has less."""
    import psutil

    free = psutil.virtual_memory().available
    limit = _CONTAINER / "memory.max"
    if not limit.exists() or not (most := limit.read_text().strip()).isdigit():
        return free
    taken = int((_CONTAINER / "memory.current").read_text())
    # Files that were read long ago stay in memory until it is needed for something else.
    details = dict(x.split() for x in (_CONTAINER / "memory.stat").read_text().splitlines())
    return min(free, int(most) - taken + int(details["inactive_file"]))
