"""Work on a Dask cluster: plain data in and out, and a lost worker loses nothing.

Workers say how much they may do at a time by a resource, such as "sandbox" for grading:
`dask worker ADDRESS --nthreads 2 --resources sandbox=2`. A job must give the same when it is
done twice, since the work of a lost worker is simply done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

_AHEAD = 3  # jobs a place that are sent before one is free, so that it never waits
_TRIES = 5  # of one job; the scheduler gives up each after the loss of four workers
_SECONDS_TO_CONNECT = 20


class ClusterError(RuntimeError):
    """The cluster cannot do the work; the message says what to do."""


def spread(
    function: Callable[..., Any],
    jobs: Iterable[T],
    address: str,
    resource: str,
    arguments: Callable[[T], tuple[Any, ...]] = lambda job: (job,),
) -> Iterator[tuple[T, Future]]:
    """Call `function(*arguments(job))` for each job on the workers of the scheduler at `address`.

    Yields each job with its future when that is done: `future.result()` gives what the function
    returned, raises what it raised, or distributed's KilledWorker where the job took one worker
    after another down with it. Only a few jobs a worker are under way at a time. Raises
    ClusterError where there is no scheduler (any more), or no worker that offers `resource`.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    waiting = iter(jobs)
    with _connect(address) as client:
        sent: dict[Future, tuple[T, int]] = {}

        def send(job: T, tries: int = 1) -> Future:
            future = client.submit(function, *arguments(job), pure=False, resources={resource: 1})
            sent[future] = job, tries
            return future

        ahead = _AHEAD * _places(client, address, resource)
        running = as_completed([send(job) for job in islice(waiting, ahead)], loop=client.loop)
        for future in running:
            job, tries = sent.pop(future)
            if future.cancelled():  # nobody here cancels
                raise ClusterError(
                    f"the scheduler at {address} was lost. What is done is kept: start it again, "
                    "and then the same command (`dlcourse run` with --resume)"
                )
            lost = future.status == "error" and isinstance(future.exception(), KilledWorker)
            if lost and tries < _TRIES:
                running.add(send(job, tries + 1))
                continue
            yield job, future
            for following in islice(waiting, 1):
                running.add(send(following))


def _connect(address: str) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({error}); start one with `dask scheduler`, "
            "which prints its address"
        ) from error


def _places(client: Client, address: str, resource: str) -> int:
    """Return how many jobs the workers offer to do at a time together."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    offered = int(sum(worker["resources"].get(resource, 0) for worker in workers))
    if not offered:
        raise ClusterError(
            f"none of the {len(workers)} workers of {address} offers the resource {resource}; "
            f"start them with `dask worker {address} --nthreads 2 --resources {resource}=2`"
        )
    return offered
