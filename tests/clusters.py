"""A Dask cluster on this machine, for the tests of work that is spread."""

import subprocess
import sys
from contextlib import contextmanager

SCHEDULER = """
import asyncio
from distributed import Scheduler, Worker

async def main():
    async with Scheduler(host="127.0.0.1", port=0, dashboard_address=":0") as scheduler:
        async with Worker(scheduler.address, nthreads=1, resources={"%s": 1}):
            print(scheduler.address, flush=True)
            await scheduler.finished()

asyncio.run(main())
"""


@contextmanager
def two_workers(resource: str):
    """Start two workers that each offer one place of `resource`."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        resources={resource: 1},
        dashboard_address=":0",  # any free port; None would be 8787, which may be taken
        host="127.0.0.1",
    ) as local:
        yield local


@contextmanager
def scheduler_with_worker(resource: str):
    """Start a scheduler with one worker in a process; give its address, and what kills it."""
    command = [sys.executable, "-W", "ignore", "-c", SCHEDULER % resource]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip(), process.kill
        finally:
            process.kill()
