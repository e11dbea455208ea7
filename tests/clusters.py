"""A Dask cluster on this machine, for the tests of work that is spread."""

from contextlib import contextmanager


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
