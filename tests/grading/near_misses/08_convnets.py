"""Answers to the exercises of chapter 8 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "convolve": [
        (  # written for square images and kernels
            """
def convolve(image, kernel, stride=1):
    size = len(kernel)
    places = (len(image) - size) // stride + 1
    result = np.zeros((places, places))
    for i in range(places):
        for j in range(places):
            top, left = i * stride, j * stride
            result[i, j] = (image[top : top + size, left : left + size] * kernel).sum()
    return result
""",
            2,
        ),
        (  # the stride shrinks the result, but the windows stand side by side
            """
def convolve(image, kernel, stride=1):
    height, width = kernel.shape[:2]
    rows = (image.shape[0] - height) // stride + 1
    columns = (image.shape[1] - width) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            result[i, j] = (image[i : i + height, j : j + width] * kernel).sum()
    return result
""",
            2,
        ),
        (  # only the first channel
            """
def convolve(image, kernel, stride=1):
    height, width = kernel.shape[:2]
    rows = (image.shape[0] - height) // stride + 1
    columns = (image.shape[1] - width) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = image[top : top + height, left : left + width, 0]
            result[i, j] = (window * kernel[:, :, 0]).sum()
    return result
""",
            2,
        ),
    ],
    "sizes": [
        (  # "same" rounds down
            """
def sizes(side, layers):
    found = []
    for window, stride, padding in layers:
        side = (side - window) // stride + 1 if padding == "valid" else side // stride
        found.append(side)
    return found
""",
            1,
        ),
        (  # "valid" forgets the stride's rounding
            """
def sizes(side, layers):
    found = []
    for window, stride, padding in layers:
        side = -(-(side - window) // stride) + 1 if padding == "valid" else -(-side // stride)
        found.append(side)
    return found
""",
            1,
        ),
        (  # each layer gets the picture
            """
def sizes(side, layers):
    return [
        (side - window) // stride + 1 if padding == "valid" else -(-side // stride)
        for window, stride, padding in layers
    ]
""",
            2,
        ),
    ],
    "layer_cost": [
        (  # no biases
            """
def layer_cost(rows, columns, channels, filters, window):
    weights = window * window * channels * filters
    return weights, weights * (rows - window + 1) * (columns - window + 1)
""",
            1,
        ),
        (  # as if the result had the size of the image
            """
def layer_cost(rows, columns, channels, filters, window):
    weights = window * window * channels * filters
    return weights + filters, weights * rows * columns
""",
            1,
        ),
    ],
    "receptive_field": [
        (  # counted upwards with the rule for counting downwards
            """
def receptive_field(layers):
    side = 1
    for window, stride in layers:
        side = (side - 1) * stride + window
    return side
""",
            1,
        ),
        (  # strides do nothing
            """
def receptive_field(layers):
    return 1 + sum(window - 1 for window, _ in layers)
""",
            1,
        ),
    ],
    "max_pool": [
        (  # zeros fill up the last windows
            """
def max_pool(maps, window):
    rows, columns, channels = maps.shape
    padded = np.pad(maps, ((0, -rows % window), (0, -columns % window), (0, 0)))
    rows, columns = padded.shape[0] // window, padded.shape[1] // window
    return padded.reshape(rows, window, columns, window, channels).max(axis=(1, 3))
""",
            1,
        ),
        (  # starts from 0, as if nothing were negative
            """
def max_pool(maps, window):
    rows, columns, channels = maps.shape
    pooled = np.zeros((rows // window, columns // window, channels))
    for i in range(rows // window * window):
        for j in range(columns // window * window):
            place = pooled[i // window, j // window]
            place[:] = np.maximum(place, maps[i, j])
    return pooled
""",
            0,
        ),
        (  # needs sides that can be divided
            """
def max_pool(maps, window):
    rows, columns, channels = maps.shape
    return maps.reshape(
        rows // window, window, columns // window, window, channels
    ).max(axis=(1, 3))
""",
            1,
        ),
    ],
    "move_and_mirror": [
        (  # what leaves on one side comes in on the other
            """
def move_and_mirror(images, down, right, mirror):
    changed = [
        np.roll(image[:, ::-1] if flip else image, (d, r), axis=(0, 1))
        for image, d, r, flip in zip(images, down, right, mirror)
    ]
    return np.stack(changed)
""",
            1,
        ),
        (  # upside down
            """
def move_and_mirror(images, down, right, mirror):
    _, rows, columns, _ = images.shape
    changed = np.zeros_like(images)
    for i, (d, r) in enumerate(zip(down, right)):
        image = images[i, ::-1] if mirror[i] else images[i]
        part = image[max(0, -d) : rows - max(0, d), max(0, -r) : columns - max(0, r)]
        top, left = max(0, d), max(0, r)
        changed[i, top : top + part.shape[0], left : left + part.shape[1]] = part
    return changed
""",
            1,
        ),
        (  # moved first, mirrored afterwards
            """
def move_and_mirror(images, down, right, mirror):
    _, rows, columns, _ = images.shape
    changed = np.zeros_like(images)
    for i, (d, r) in enumerate(zip(down, right)):
        part = images[i, max(0, -d) : rows - max(0, d), max(0, -r) : columns - max(0, r)]
        top, left = max(0, d), max(0, r)
        changed[i, top : top + part.shape[0], left : left + part.shape[1]] = part
        if mirror[i]:
            changed[i] = changed[i, :, ::-1].copy()
    return changed
""",
            2,
        ),
        (  # floats
            """
def move_and_mirror(images, down, right, mirror):
    _, rows, columns, _ = images.shape
    changed = np.zeros(images.shape)
    for i, (d, r) in enumerate(zip(down, right)):
        image = images[i, :, ::-1] if mirror[i] else images[i]
        part = image[max(0, -d) : rows - max(0, d), max(0, -r) : columns - max(0, r)]
        top, left = max(0, d), max(0, r)
        changed[i, top : top + part.shape[0], left : left + part.shape[1]] = part
    return changed
""",
            2,
        ),
    ],
    "occlusion": [
        (  # as it was
            """
occlusion = occlusion_with_bug
""",
            0,
        ),
        (  # one copy for all squares
            """
def occlusion(picture, score, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    drops, covered = np.zeros((rows, columns)), picture.copy()
    for i in range(rows):
        for j in range(columns):
            covered[i * size : (i + 1) * size, j * size : (j + 1) * size] = 0
            drops[i, j] = score(picture) - score(covered)
    return drops
""",
            2,
        ),
        (  # the picture itself is covered, and not restored
            """
def occlusion(picture, score, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    drops, before = np.zeros((rows, columns)), score(picture)
    for i in range(rows):
        for j in range(columns):
            picture[i * size : (i + 1) * size, j * size : (j + 1) * size] = 0
            drops[i, j] = before - score(picture)
    return drops
""",
            1,
        ),
        (  # all but the square is covered
            """
def occlusion(picture, score, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    drops = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            covered = np.zeros_like(picture)
            square = slice(i * size, (i + 1) * size), slice(j * size, (j + 1) * size)
            covered[square] = picture[square]
            drops[i, j] = score(picture) - score(covered)
    return drops
""",
            0,
        ),
    ],
    "grad_cam": [
        (  # what speaks against the class stays
            """
def grad_cam(maps, gradient):
    summed = (maps * gradient.mean(axis=(0, 1))).sum(axis=-1)
    return summed / summed.max() if summed.max() > 0 else 0 * summed
""",
            2,
        ),
        (  # negative weights become 0 before the channels are added
            """
def grad_cam(maps, gradient):
    weights = np.maximum(gradient.mean(axis=(0, 1)), 0)
    summed = (maps * weights).sum(axis=-1)
    return summed / summed.max() if summed.max() > 0 else summed
""",
            2,
        ),
        (  # 0 / 0
            """
def grad_cam(maps, gradient):
    weights = gradient.mean(axis=(0, 1))
    summed = np.maximum((maps * weights).sum(axis=-1), 0)
    with np.errstate(all="ignore"):
        return summed / summed.max()
""",
            2,
        ),
        (  # place by place, without the mean
            """
def grad_cam(maps, gradient):
    summed = np.maximum((maps * gradient).sum(axis=-1), 0)
    return summed / summed.max() if summed.max() > 0 else summed
""",
            1,
        ),
        (  # not divided by the largest
            """
def grad_cam(maps, gradient):
    return np.maximum((maps * gradient.mean(axis=(0, 1))).sum(axis=-1), 0)
""",
            1,
        ),
    ],
    "freeze": [
        (  # batch normalisation after `first` is trained
            """
def freeze(model, first):
    names = [layer.name for layer in model.layers]
    model.trainable = True
    for layer in model.layers[: names.index(first)]:
        layer.trainable = False
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
""",
            1,
        ),
        (  # a frozen model stays frozen
            """
def freeze(model, first):
    names = [layer.name for layer in model.layers]
    for layer in model.layers[: names.index(first)]:
        layer.trainable = False
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
""",
            2,
        ),
        (  # arrays are counted
            """
def freeze(model, first):
    names = [layer.name for layer in model.layers]
    model.trainable = True
    for number, layer in enumerate(model.layers):
        late = number >= names.index(first)
        layer.trainable = late and not isinstance(layer, keras.layers.BatchNormalization)
    return len(model.trainable_weights)
""",
            2,
        ),
        (  # `first` is frozen too
            """
def freeze(model, first):
    names = [layer.name for layer in model.layers]
    model.trainable = True
    for number, layer in enumerate(model.layers):
        late = number > names.index(first)
        layer.trainable = late and not isinstance(layer, keras.layers.BatchNormalization)
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
""",
            0,
        ),
    ],
    "moved_accuracy": [
        (  # moved to the right only
            """
def moved_accuracy(window, distance):
    moved = np.roll(x_test, distance, axis=2)
    answers = read(describe(x_train, window), y_train, describe(moved, window))
    return float((answers == y_test).mean())


table = {
    str(window): [moved_accuracy(window, distance) for distance in (0, 2, 4)]
    for window in (1, 7, 28)
}
""",
            1,
        ),
        (  # the training digits are moved as well
            """
def moved_accuracy(window, distance):
    train, test = [np.roll(x, (distance, distance), axis=(1, 2)) for x in (x_train, x_test)]
    answers = read(describe(train, window), y_train, describe(test, window))
    return float((answers == y_test).mean())


table = {
    str(window): [moved_accuracy(window, distance) for distance in (0, 2, 4)]
    for window in (1, 7, 28)
}
""",
            1,
        ),
        (  # the numbers are known from elsewhere
            """
table = {"1": [0.7225, 0.305, 0.0325], "7": [0.7875, 0.645, 0.2175], "28": [0.425, 0.42, 0.4075]}
""",
            1,
        ),
        (  # recorded at other distances
            """
def moved_accuracy(window, distance):
    moved = np.roll(x_test, (distance, distance), axis=(1, 2))
    answers = read(describe(x_train, window), y_train, describe(moved, window))
    return float((answers == y_test).mean())


table = {
    str(window): [moved_accuracy(window, distance) for distance in (0, 1, 2)]
    for window in (1, 7, 28)
}
""",
            2,
        ),
    ],
}
