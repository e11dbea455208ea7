"""House prices: California's census districts, or house sales around Sacramento."""

import csv
import io

import numpy as np

from dlcourse.datasets import catalogue, download, store
from dlcourse.datasets.dataset import Dataset, Part, make
from dlcourse.datasets.files import parse_npz

ENTRY = catalogue.entry("california_housing")
ROWS = {"small": 600, "large": 20_640}
SEED = 113  # Keras's
TRAIN_SHARE = 0.8

COLUMNS = (
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
)
# Of the file's other columns, city and zip code say again where the house stands.
SACRAMENTO_COLUMNS = (
    "longitude",
    "latitude",
    "beds",
    "baths",
    "square_feet",
    "is_condo",
    "is_multi_family",
)


def full(version: str = "small") -> Dataset:
    """Return the census districts: the first 600 ("small", around one bay) or all ("large").

    Features and prices (dollars) are float32, split 80/20 as Keras does.
    """
    rows = _rows(version)
    found = download.get(catalogue.CALIFORNIA_NPZ)
    with parse_npz(found.content) as npz:
        parts = _split(npz["x"][:rows], npz["y"][:rows])
    return make("california_housing", "full", ENTRY.full, found.where, parts, columns=COLUMNS)


def embedded(version: str = "small") -> Dataset:
    """Return 932 house sales around Sacramento, whichever version is asked for.

    Features and prices (dollars) are float32, split 80/20 in the same way.
    """
    _rows(version)
    text = store.embedded(ENTRY.embedded_files[0]).decode()
    sales = list(csv.DictReader(io.StringIO(text)))
    x = np.array([_features(sale) for sale in sales], np.float32)
    y = np.array([sale["price"] for sale in sales], np.float32)
    return make(
        "california_housing",
        "embedded",
        ENTRY.embedded,
        "embedded",
        _split(x, y),
        columns=SACRAMENTO_COLUMNS,
    )


def _rows(version: str) -> int:
    if version not in ROWS:
        raise ValueError(f"version={version!r}: choose one of {', '.join(ROWS)}.")
    return ROWS[version]


def _features(sale: dict[str, str]) -> list[float]:
    numbers = [float(sale[name]) for name in ("longitude", "latitude", "beds", "baths", "sqft")]
    return [*numbers, sale["type"] == "Condo", sale["type"] == "Multi_Family"]


def _split(x: np.ndarray, y: np.ndarray) -> list[Part]:
    order = np.arange(len(x))
    np.random.RandomState(SEED).shuffle(order)
    x, y = x[order], y[order]
    count = int(len(x) * TRAIN_SHARE)
    return [(x[:count], y[:count]), (x[count:], y[count:])]
