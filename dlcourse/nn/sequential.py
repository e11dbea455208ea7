"""`Sequential`: a model that is a list of layers, each working on what the one before gave."""

from collections.abc import Iterator, Sequence
from os import PathLike

from dlcourse.autograd import Tensor
from dlcourse.nn import saving, summary
from dlcourse.nn.base import Input, InputShape, Layer
from dlcourse.nn.training import Trainer


class Sequential(Trainer, Layer):
    """A stack of layers, itself a layer; learns by `compile` and `fit`.

    With an `Input` as its first element, or after `build`, the weights are there at once;
    otherwise they are made for the first data that the model sees.

        model = nn.Sequential([nn.Input((784,)), nn.Dense(10, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        history = model.fit(x_train, y_train, epochs=5, batch_size=128)
    """

    def __init__(self, layers: Sequence[Layer | Input] = (), name: str | None = None) -> None:
        """Take the layers, in the order in which they work."""
        super().__init__(name)
        self.layers: list[Layer] = []
        self.input_shape: InputShape | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Layer | Input) -> None:
        """Put one more layer at the end, under a name that no other layer has.

        Raises:
            ValueError: the name that it was given is taken, or an `Input` does not come first.
            TypeError: it is no layer.
        """
        if isinstance(layer, Input):
            if self.layers or self.input_shape:
                raise ValueError("Sequential: Input must come first, once, before all layers.")
            self.input_shape, self.built = layer.shape, True
            return
        if not isinstance(layer, Layer):
            raise TypeError(
                f"Sequential: {layer!r:.60} is no layer. Give objects such as Dense(10) - with "
                "the brackets - in a list."
            )
        if any(layer is other for other in self.layers):
            raise ValueError(
                f"Sequential: {layer.name!r} is in the model already. Make a new layer for each "
                "place, such as another Dense(10)."
            )
        self._name(layer)
        if self.input_shape is not None:
            layer.prepare(self.output_shape)
        self.layers.append(layer)

    def _name(self, layer: Layer) -> None:
        taken, name, number = {other.name for other in self.layers}, layer.name, 0
        if name in taken and layer.is_named:
            raise ValueError(
                f"Sequential: there is already a layer called {name!r}. Names tell weights apart "
                "in files and messages: choose another."
            )
        while layer.name in taken:
            number += 1
            layer.name = f"{name}_{number}"

    @property
    def takes_indices(self) -> bool:
        """Whether the first layer looks up indices, which must stay integers."""
        return bool(self.layers) and self.layers[0].takes_indices

    @property
    def output_shape(self) -> InputShape:
        """The shape of the output, None for the axis of the samples; needs a built model."""
        if self.input_shape is None:
            raise ValueError(
                f"{self.name!r} does not know its input's shape yet. Begin the model with Input, "
                "such as Input((784,)), call build((None, 784)), or give it data."
            )
        return self.compute_output_shape(self.input_shape)

    def build(self, input_shape: InputShape) -> None:
        """Make all weights for inputs of this shape, such as (None, 784)."""
        shape = (None, *input_shape[1:])
        for layer in self.layers:
            layer.prepare(shape)
            shape = layer.compute_output_shape(shape)
        self.input_shape, self.built = (None, *input_shape[1:]), True

    def check(self, shape: InputShape) -> None:
        """Raise ValueError unless the model takes inputs of this shape."""
        wanted = self.input_shape
        if not self.layers:
            raise ValueError(f"{self.name!r} has no layers. Add some, such as Dense(10).")
        if wanted and (
            len(shape) != len(wanted)
            or any(b not in (None, a) for a, b in zip(shape[1:], wanted[1:], strict=True))
        ):
            raise ValueError(
                f"{self.name!r}: the input has shape {tuple(shape)}, but the model was built for "
                f"{wanted}, where None is the number of samples; its first layer is "
                f"{self.layers[0].name!r}. Reshape the input: samples first, then these sizes."
            )

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return what the last layer makes of x."""
        for layer in self.layers:
            x = layer(x, training)
        return x

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return the shape of the output for an input of this shape."""
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def named_weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield each weight with its name, such as "dense/kernel", layer after layer."""
        for layer in self.layers:
            for name, weight in layer.named_weights():
                yield f"{layer.name}/{name}", weight

    def summary(self) -> None:
        """Print the layers with the shapes of their outputs and the numbers of their weights."""
        print(summary.table(self.name, self.input_shape, self.layers))

    def save_weights(self, path: str | PathLike) -> None:
        """Write all weights into one npz file; see `dlcourse.nn.saving`."""
        saving.save(self, path)

    def load_weights(self, path: str | PathLike) -> None:
        """Read all weights from such a file.

        Raises:
            ValueError: the file is of another model, damaged, or something else.
            FileNotFoundError: there is no such file.
        """
        saving.load(self, path)
