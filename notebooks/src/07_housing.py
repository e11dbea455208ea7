# %% [markdown]
# # House prices: predicting a number
#
# MNIST asked *which one?* This chapter asks *how much?* From a handful of numbers about a place in
# California, a network predicts what a house costs there. There are only a few hundred examples,
# and that changes how we work: one lucky or unlucky split can move a result by more than any
# improvement that you make. So half of this chapter is about measuring: cross-validation, leaks,
# spread, and simpler models that may well be as good.

# %% [markdown]
# ## The plan
#
# 1. What the columns really are, a map, and the prices.
# 2. Baselines: which error would be poor, and which good?
# 3. Scaling, and the network.
# 4. K-fold cross-validation by hand, with scikit-learn, and for twelve networks at once.
# 5. Leaks: how much do they flatter?
# 6. A sturdier recipe, and the final exam on the test set.
# 7. Thirty times as many rows.
#
# Numbers in the text come from the full profile on the full data: districts of the census of 1990.
# Without them, the chapter runs on the sample that ships with the course: single house sales
# around Sacramento. That is another problem, with other columns and larger errors, and the cells
# below will show other numbers. The quick profile trains for fewer epochs.
#
# ## 1. The data

# %%
from dlcourse import datasets

housing = datasets.load("california_housing", version="small")
print(housing.info)
print(housing.info.description)

# %% [markdown]
# Predicting a number is called **regression**. (Logistic regression, despite its name, predicts
# classes.) The number to predict is the **target**: here, a price in dollars.
#
# ### Which column is which?
#
# Keras ships the same census file, and its documentation lists the columns as: median income,
# house age, average rooms per household, average bedrooms, population, average occupancy,
# latitude, longitude. **Before you go on:** look at the smallest, middle and largest value of each
# column below. Can the first column be an income? Can the fourth be an average per household?

# %%
import numpy as np

print(f"{'column':<20}{'smallest':>10}{'median':>10}{'largest':>10}")
for name, values in zip(housing.info.columns, housing.x_train.T, strict=True):
    low, middle, high = values.min(), np.median(values), values.max()
    print(f"{name:<20}{low:>10.2f}{middle:>10.2f}{high:>10.2f}")

# %% [markdown]
# Nobody earns −122. The first column is a longitude, the second a latitude: California lies between
# 114 and 125 degrees west, 32 and 43 degrees north. In the census file, the fourth column is in the
# thousands: a *total* of rooms in the district, no average. The income stands last, in units of
# $10,000. The list in the documentation belongs to a relative of this data set (scikit-learn's), in
# another order and with ratios in place of totals.
#
# Nothing would have failed. A network does not read column names, and would have learned just as
# well. But every sentence that we had written about "the effect of income" would have been about
# longitude. Values never lie; descriptions do. So let the program check what can be checked.

# %% tags=["nbval-check-output"]
longitude, latitude = housing.x_train.T[:2]
in_the_west = ((longitude > -125) & (longitude < -114)).all()
in_the_north = ((latitude > 32) & (latitude < 43)).all()
print("column 0 lies within 114 to 125 degrees west:", in_the_west)
print("column 1 lies within 32 to 43 degrees north: ", in_the_north)
print("so they are called", housing.info.columns[:2])

# %% [markdown]
# ### A map
#
# With two coordinates, the data can be laid out on the ground. **Guess first:** will dear and
# cheap houses be mixed like salt and pepper, or in patches?

# %%
from dlcourse import viz
from dlcourse.viz import maps

thousands = housing.y_train / 1000
figure = maps.coloured(longitude, latitude, thousands, "price, $1,000")
viz.show(figure, alt="A map of the training places; neighbours tend to have similar prices.")

# %% [markdown]
# In patches. On the full data you see the east shore of San Francisco Bay: cheap by the water,
# dear in the hills behind it. Neighbours resemble each other, so where a house stands says a lot.
# It does so in a crooked way, though: no straight rule such as "the further east, the dearer" fits.
#
# These few hundred rows are "small": the first 600 of the file. On the full data, the red frame
# shows how little of the whole state that is. (On the sample, small and large are the same sales.)

# %%
state = datasets.load("california_housing", version="large")
frame = maps.bounds(longitude, latitude)
west, north = state.x_train.T[:2]
figure = maps.coloured(west, north, state.y_train / 1000, "price, $1,000", frame=frame)
viz.show(figure, alt="All places on a map, coloured by price, with a frame around the small set.")

# %% [markdown]
# A network that has learned inside the frame knows nothing about the rest. Keep this map in mind
# until section 7, where we ask it all the same.
#
# ### The prices
#
# Now the targets themselves. On the full data, look at the right-hand end.

# %%
from dlcourse.viz import regression

top = state.y_train.max()
middle = {"median": np.median(state.y_train) / 1000}
figure = regression.histogram(state.y_train / 1000, "price, $1,000", middle, count="places")
viz.show(figure, alt="A histogram of prices: many cheap places and a long tail of dear ones.")
at_top = (state.y_train == top).mean()
print(f"{at_top:.1%} of all prices are exactly ${top:,.0f}")
course.record(share_at_top=at_top)

# %% [markdown]
# On the full data, {{share_at_top:.1%}} of the districts have a value of exactly $500,001. That is
# no coincidence: the census recorded every value above half a million as this one. The data are
# **censored**, and a model trained on them cannot know what the dearest districts cost. No metric
# will tell you this; a histogram does.
#
# Prices are large numbers, and a network starts with outputs near zero. We divide by 100,000 and
# remember the unit: an error of 0.30 will be $30,000. The input columns get their turn in
# section 3.

# %%
x_train, x_test = housing.x_train.astype("float64"), housing.x_test.astype("float64")
y_train, y_test = housing.y_train / 100_000, housing.y_test / 100_000
print(f"{len(y_train)} to train on, {len(y_test)} to test, prices around {np.median(y_train):.2f}")

# %% [markdown]
# ## 2. Baselines: which error is good?
#
# For classes we counted right answers. A price is never exactly right, so we ask how far off it is.
# The **mean absolute error**, MAE, is the average of $|\text{predicted} - \text{true}|$: it has the
# unit of the target, and a person can picture it.
#
# Four models that are no neural networks, from nothing to a lot:
#
# - always the **mean** price; always the **median** price;
# - **linear regression**: a weight a column, and their sum;
# - a **random forest**: many decision trees, each grown on other rows, averaged.
#
# Which rows should they be scored on? Not those they learned from. And not the test set: we are
# going to compare and choose, and the test set must stay out of every choice. So we set a quarter
# of the *training* rows aside, in turn: four **folds**, four scores, one average. Section 4 takes
# this apart; here scikit-learn does it.

# %%
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression

baselines = {
    "mean": DummyRegressor(strategy="mean"),
    "median": DummyRegressor(strategy="median"),
    "linear": LinearRegression(),
    "forest": RandomForestRegressor(50, max_features=0.5, min_samples_leaf=2, random_state=seed),
}

# %%
from sklearn.model_selection import KFold, cross_val_score

rows = len(x_train) // 4 * 4  # four folds of the same size; at most three rows stay out
x, y = x_train[:rows], y_train[:rows]
scores = {}
for name, model in baselines.items():
    errors = cross_val_score(model, x, y, cv=KFold(4), scoring="neg_mean_absolute_error")
    scores[name] = -errors.mean()
    print(f"{name:<8}{scores[name]:.3f}")
course.record(**{f"{name}_cv": score for name, score in scores.items()})

# %% [markdown]
# The median beats the mean, as it should: of all constants it has the smallest mean absolute error,
# and dear houses pull the mean upwards. On the full data, the linear model halves the error to
# {{linear_cv:.3f}}, and the forest reaches {{forest_cv:.3f}} with no setting tuned. *That* is what
# a network has to be compared with.
#
# ## 3. Scaling, and the network
#
# ### Columns on one scale
#
# Look again at the table of columns. On the full data, totals of rooms run to 18,634, longitudes
# differ by a third of a degree. In the first layer every column is multiplied by a weight of about
# the same size, so one column shouts and another whispers. The remedy: from each column subtract
# its mean, and divide by its standard deviation. Each then has mean 0 and standard deviation 1.
#
# One word decides whether that is honest: *whose* mean? Those of the rows that we train on. They
# are part of the model, like weights, and are applied as they are to any other row.


# %%
def normalised(train, *others):
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return [(part - mean) / deviation for part in (train, *others)]


# %% [markdown]
# ### The network
#
# Two hidden layers of 64, and one output **without activation**: a sigmoid would squeeze prices
# between 0 and 1, a relu could not go below zero (for prices no harm, but it may get stuck there).
# With so few rows we keep the network small.
#
# How many numbers does it learn with 8 columns? 8 × 64 + 64, and so on. Work it out before you
# run the cell.

# %% tags=["nbval-check-output"]
import keras
from keras.layers import Dense


def new_network(columns):
    hidden = [Dense(64, activation="relu"), Dense(64, activation="relu")]
    return keras.Sequential([keras.Input((columns,)), *hidden, Dense(1)])


print(f"{new_network(columns=8).count_params():,} numbers to learn")

# %% [markdown]
# 4,801: ten times as many numbers as districts to learn them from. (The Sacramento sample has seven
# columns, so 64 fewer.)
#
# Training minimises the **mean squared error**, MSE. It punishes one error of 2 as much as four
# errors of 1, and unlike the absolute error its slope fades out near zero, which makes the last
# steps gentle. As a *metric*, to be read and not minimised, we keep the MAE.
#
# We are going to train the same network many times, from new random weights. On JAX, compiling it
# each time would take longer than the fifty epochs of training that follow. So we compile once, and
# put everything that learns back to the start. That is more than the weights: an optimizer such as
# Adam keeps means of past gradients, and a count of its steps.

# %%
network = new_network(x.shape[1])
network.compile(optimizer="adam", loss="mse", metrics=["mae"])
network.optimizer.build(network.trainable_variables)
unused = [np.array(variable.numpy()) for variable in network.optimizer.variables]


def start_anew():
    network.set_weights(new_network(x.shape[1]).get_weights())
    for variable, value in zip(network.optimizer.variables, unused, strict=True):
        variable.assign(value)


# %% [markdown]
# ### Does scaling matter?
#
# Train on three quarters of the training rows and score on the last one, once with the columns as
# they are and once normalised. Everything else is the same.

# %%
split = len(x) * 3 // 4
raw = x[:split], x[split:]
scaled = normalised(*raw)
compared = {}
for name, (part, rest) in {"as they are": raw, "normalised": scaled}.items():
    start_anew()
    network.fit(part, y[:split], epochs=chapter.pick(quick=8, full=20), batch_size=16, verbose=0)
    compared[name] = network.evaluate(rest, y[split:], batch_size=len(rest), verbose=0)[1]
    print(f"columns {name:<12} MAE {compared[name]:.3f}")
course.record(raw_mae=compared["as they are"], scaled_mae=compared["normalised"])

# %% [markdown]
# {{raw_mae:.2f}} against {{scaled_mae:.2f}} on the full data: without scaling, after the same 20
# epochs, the network is far worse than a constant. (The sales have no column as large as a total of
# rooms, and the difference is smaller.) It is not *unable* to learn, but it spends its time undoing
# what two lines of NumPy do at once.
#
# ## 4. Cross-validation
#
# ### Why not simply one split?
#
# We have to decide things, such as the number of epochs. A validation set of a quarter of the rows
# is small, and *which* rows it holds may matter more than what we decide. **K-fold
# cross-validation** uses every row for both: cut the rows into K parts, train K times, each time
# with another part left out, and score on that part. The average is steadier than any of the K.

# %%
size = rows // 4
by_hand = [np.arange(fold * size, (fold + 1) * size) for fold in range(4)]
viz.show(
    regression.folds(by_hand, rows),
    alt="Four bars of rows; in each, another quarter is marked as the one scored on.",
)

# %% [markdown]
# What goes into each round? Everything that learns from data, and so the normalisation, too: the
# mean and deviation come from the three quarters alone. The network starts anew every time.

# %%
epochs, fold_maes = chapter.pick(quick=15, full=50), []
for held_out in by_hand:
    part, rest = normalised(np.delete(x, held_out, axis=0), x[held_out])
    start_anew()
    network.fit(part, np.delete(y, held_out), epochs=epochs, batch_size=16, verbose=0)
    mae = network.evaluate(rest, y[held_out], batch_size=size, verbose=0)[1]
    fold_maes.append(mae)
    print(f"fold {len(fold_maes)}: MAE {mae:.3f}")
course.record(fold_mae=np.mean(fold_maes), fold_dollars=100_000 * np.mean(fold_maes))
course.record(best_fold=min(fold_maes), worst_fold=max(fold_maes))

# %% [markdown]
# On the full data the average is {{fold_mae:.3f}}, so ${{fold_dollars:,.0f}}. Chollet's textbook
# reports 0.298, 0.349, 0.232 and 0.305, on average 0.296. Look at the spread: our folds go from
# {{best_fold:.3f}} to {{worst_fold:.3f}}, and the textbook's differ by half of the smallest. With a
# single split, either could have been "the result".
#
# ### The same with scikit-learn
#
# The cutting is a solved problem. `KFold` gives pairs of row numbers: to train on, to score on.

# %% tags=["nbval-check-output"]
pairs = list(KFold(4).split(x))
for fold, (trained_on, scored_on) in enumerate(pairs):
    same = np.array_equal(scored_on, by_hand[fold])
    both = np.intersect1d(trained_on, scored_on).size
    print(f"fold {fold + 1}: same rows as by hand: {same}, rows in both parts: {both}")

# %% [markdown]
# `KFold` does not shuffle unless you ask for `shuffle=True`. Here the loader has shuffled already.
# In a file sorted by price or place, unshuffled folds would each lack a whole kind of house.
#
# ### Twelve networks at once
#
# How many epochs are best? And how much of the spread comes from the random start? For both we
# want long runs, of every fold, from several starts. Three starts times four folds make twelve
# networks, one after the other: thousands of tiny matrix products, and the processor mostly waits
# for the next instruction.
#
# The way out is the oldest one in this course: one operation on a larger array instead of a loop.
# Give every array one more axis, the **network**. A dense layer multiplies `(batch, inputs)` by
# `(inputs, outputs)`; twelve side by side multiply `(batch, network, inputs)` by
# `(network, inputs, outputs)`. Keras's `EinsumDense` takes that as a formula. Every network keeps
# its own weights, and none sees another's rows.

# %%
from keras.layers import Dropout, EinsumDense


def side_by_side(networks, columns, rate=0.0, **settings):
    model = keras.Sequential([keras.Input((networks, columns))])
    for inputs, outputs in [(columns, 64), (64, 64), (64, 1)]:
        limit = (6 / (inputs + outputs)) ** 0.5  # Glorot's, for each network by itself
        kernels = keras.initializers.RandomUniform(-limit, limit)
        shapes = {"output_shape": (networks, outputs), "bias_axes": "no"}
        layer = EinsumDense("bni,nio->bno", **shapes, kernel_initializer=kernels)
        model.add(layer)
        if outputs > 1:
            model.add(keras.layers.ReLU())
            model.add(Dropout(rate))
    model.compile(**settings)
    return model


# %% [markdown]
# To ask all networks about the same rows, we hand each of them a copy. (Calling a model is
# `predict` without the batches, which a few hundred rows do not need.)


# %%
def ask(model, part):
    copies = np.stack([part] * model.input_shape[1], axis=1)
    return keras.ops.convert_to_numpy(model(copies))[..., 0]


# %% [markdown]
# Trust, but check: put the weights of the plain network into every place, and its predictions must
# come out of each of them.

# %% tags=["nbval-check-output"]
three = side_by_side(3, x.shape[1], optimizer="adam", loss="mse")
three.set_weights([np.stack([weights] * 3) for weights in network.get_weights()])
some = normalised(x)[0][:20]
alone = keras.ops.convert_to_numpy(network(some))
together = ask(three, some)
print("three networks with the plain network's weights:", together.shape)
close = np.allclose(together, alone, atol=1e-4)
print("the plain network's predictions, three times:", close)
print(f"{side_by_side(12, 8).count_params():,} numbers in twelve networks for 8 columns")

# %% [markdown]
# 57,612 = 12 × 4,801. The loss is now the mean over all networks, so each gets a twelfth of its
# usual gradient. Adam divides gradients by their own size: a common factor drops out.
#
# Each network gets its rows in an order of its own, so that no two see the same batches.

# %%
rng = np.random.default_rng(seed)


def stacked(tables):
    orders = [rng.permutation(len(target)) for _, target in tables]
    shuffled = list(zip(tables, orders, strict=True))
    parts = np.stack([part[order] for (part, _), order in shuffled], axis=1)
    targets = np.stack([target[order] for (_, target), order in shuffled], axis=1)
    return parts, targets[..., None]


starts, learn, check = 3, [], []
for trained_on, scored_on in pairs * starts:
    part, rest = normalised(x[trained_on], x[scored_on])
    learn.append((part, y[trained_on]))
    check.append((rest, y[scored_on]))
learn, check = stacked(learn), stacked(check)
print("inputs", learn[0].shape, "· targets", learn[1].shape, "· to score on", check[0].shape)

# %%
twelve = side_by_side(4 * starts, x.shape[1], optimizer="adam", loss="mse", metrics=["mae"])
history = twelve.fit(
    *learn,
    epochs=chapter.pick(quick=50, full=200),
    batch_size=16,
    validation_data=check,
    validation_batch_size=size,
    verbose=0,
).history
guesses = keras.ops.convert_to_numpy(twelve(check[0]))
by_start = np.abs(guesses - check[1]).mean(axis=0).reshape(starts, 4)
print("one line a start, one column a fold, after the last epoch")
print(by_start.round(3))
start_spread, fold_spread = by_start.mean(axis=1).std(ddof=1), by_start.mean(axis=0).std(ddof=1)
course.record(start_spread=start_spread, fold_spread=fold_spread)

# %% [markdown]
# Columns differ more than lines. On the full data, the mean of four folds changes by about
# {{start_spread:.3f}} from start to start; the folds differ by {{fold_spread:.3f}}. Which rows you
# are scored on matters most, and no training can help that.
#
# ### How many epochs?
#
# `fit` kept the validation MAE of each epoch, averaged over all twelve. Even that curve is ragged,
# so we smooth it: each epoch becomes the mean of itself and its neighbours. Where is it lowest?


# %%
def smoothed(curve, reach=10):
    window = np.ones(2 * reach + 1) / (2 * reach + 1)
    return np.convolve(np.pad(curve, reach, mode="edge"), window, mode="valid")


curve, unit = smoothed(history["val_mae"]), "MAE, $100,000"
best_epochs = int(curve.argmin()) + 1
figure = regression.error_curve(history["val_mae"], curve, unit, training=history["mae"])
viz.show(figure, alt="Training error keeps falling; the validation error flattens, then rises.")
course.record(best_epochs=best_epochs, kfold_mae=curve.min(), kfold_last=curve[-1])

# %% [markdown]
# On the full data, the lowest smoothed error is {{kfold_mae:.3f}}, at epoch {{best_epochs:.0f}}; at
# the end it is {{kfold_last:.3f}}, while the training error goes on falling: overfitting, as in
# every chapter. The textbook sees no more improvement after 120 to 140 epochs and takes 130. The
# valley is so flat that these answers do not contradict each other: do not read a single epoch as
# a finding. We go on with ours.
#
# One thing is not quite honest here: the *lowest point* of a curve is a little too good, because
# we picked it on the rows it is scored on. The smoothing keeps that small. The test set, which had
# no part in the choice, will be the judge.
#
# ## 5. Leaks
#
# A **leak** is knowledge of the rows you are scored on that finds its way into training. It never
# causes an error message. It only makes the score better than the truth. But how much better? Let
# us measure it, on the training set alone, with many random splits: on each, once honestly and
# once with the leak, and the difference between the two.
#
# As a model we take one that trains in no time, and that depends on scaling: the prediction is the
# average price of the five **nearest neighbours**, the rows whose columns are most alike.

# %%
from sklearn.neighbors import KNeighborsRegressor


def neighbours_mae(part, target, learn, check, weights="uniform"):
    model = KNeighborsRegressor(5, weights=weights).fit(part[learn], target[learn])
    return np.abs(model.predict(part[check]) - target[check]).mean()


def splits(count, rows):
    orders = [rng.permutation(rows) for _ in range(count)]
    return [(order[rows // 4 :], order[: rows // 4]) for order in orders]


def compare(name, results):
    honest, leaky = np.mean(results, axis=0)
    gains = np.subtract(*np.transpose(results))
    print(f"{name}: honest {honest:.3f}, with the leak {leaky:.3f}")
    print(f"the leak flatters by {gains.mean():+.4f} ± {gains.std(ddof=1):.4f} from split to split")
    return honest, leaky, gains.mean()


# %% [markdown]
# ### Leak 1: the statistics of all rows
#
# The one that every textbook warns of: normalise first, split later, so that means and deviations
# know the rows to be scored on. **Guess:** how much does it flatter?

# %%
times, results = chapter.pick(quick=20, full=100), []
for learn_rows, check_rows in splits(times, rows):
    mean, deviation = x[learn_rows].mean(axis=0), x[learn_rows].std(axis=0)
    honest = neighbours_mae((x - mean) / deviation, y, learn_rows, check_rows)
    everything = (x - x.mean(axis=0)) / x.std(axis=0)
    results.append((honest, neighbours_mae(everything, y, learn_rows, check_rows)))
_, _, statistics_gain = compare("statistics of all rows", results)
course.record(statistics_gain=statistics_gain)

# %% [markdown]
# Practically nothing: {{statistics_gain:+.4f}}, far below the spread from split to split, and it
# may come out on either side of zero. Eight means over a few hundred rows hardly change when a
# quarter of the rows is added. We keep the rule, because it costs nothing and because nobody knows
# beforehand when it matters. But if a score looks too good, look elsewhere first. For example here.
#
# ### Leak 2: choosing columns
#
# Suppose there are 1,000 columns, too many for a few hundred rows. So you keep the 20 that go best
# with the price, and then cross-validate a linear model on those. To see what that is worth, let
# all 1,000 columns be **noise**: random numbers that know nothing of any house. An honest score
# cannot beat the mean.


# %%
def most_related(columns, target, count=20):
    related = np.abs((columns - columns.mean(axis=0)).T @ (target - target.mean()))
    return np.argsort(-related)[:count]


def linear_mae(part, target, learn, check):
    model = LinearRegression().fit(part[learn], target[learn])
    return np.abs(model.predict(part[check]) - target[check]).mean()


# %%
noise, results = rng.normal(size=(rows, 1000)), []
for learn_rows, check_rows in splits(times, rows):
    chosen = most_related(noise[learn_rows], y[learn_rows])
    honest = linear_mae(noise[:, chosen], y, learn_rows, check_rows)
    chosen = most_related(noise, y)
    results.append((honest, linear_mae(noise[:, chosen], y, learn_rows, check_rows)))
honest, leaky, _ = compare("20 of 1,000 noise columns", results)
print(f"always the mean: {scores['mean']:.3f}")
course.record(selection_honest=honest, selection_leaky=leaky)

# %% [markdown]
# {{selection_leaky:.2f}} from pure noise, where the mean has {{mean_cv:.2f}} and the honest score
# is {{selection_honest:.2f}}. Among 1,000 random columns some fit the prices by chance, the
# held-out prices included, because those helped to choose. The model trains on the right rows, the
# columns do not. Whatever looks at targets belongs *inside* the loop.
#
# ### Leak 3: the same row twice
#
# Lists of sales get merged, and some houses are in them twice. Let a quarter of our rows be
# doubled, then shuffle and split: some houses are then in both parts. The honest version takes out
# of training whatever is scored on. The neighbours are weighted here by nearness, so that an
# identical row decides alone.

# %%
results = []
for _ in range(times):
    number = np.r_[np.arange(rows), rng.choice(rows, rows // 4, replace=False)]
    ((learn_rows, check_rows),) = splits(1, len(number))
    honest_rows = learn_rows[~np.isin(number[learn_rows], number[check_rows])]
    mean, deviation = x[number[honest_rows]].mean(axis=0), x[number[honest_rows]].std(axis=0)
    table, prices = (x[number] - mean) / deviation, y[number]
    pair = [
        neighbours_mae(table, prices, learned, check_rows, weights="distance")
        for learned in (honest_rows, learn_rows)
    ]
    results.append(pair)
honest, leaky, _ = compare("a quarter of the rows doubled", results)
course.record(duplicates_honest=honest, duplicates_leaky=leaky)

# %% [markdown]
# From {{duplicates_honest:.2f}} to {{duplicates_leaky:.2f}} on the full data, a third of the error
# gone, and nothing learned that would help with a new house. Pictures of the same patient,
# sentences of the same book, records of the same day do the same in a quieter way. Ask what a *new*
# example would be, and split so that the score is about such examples.
#
# ## 6. The final model
#
# ### Something better?
#
# Cross-validation has its use when there is something to choose. Here is another recipe, which
# changes three things against overfitting:
#
# - **Dropout** of 0.2: each hidden unit sits out every fifth time, so that none can rely on
#   another.
# - The **absolute error** as loss: a single very dear house pulls with the same force as any other.
# - The **average** of several networks: their errors partly cancel. Side by side, it costs little.
#
# Larger batches (60) with a larger rate (0.003) keep it fast. And because choosing among many
# recipes is a leak in itself, we try no more than this one.


# %%
def sturdy(networks):
    optimizer = keras.optimizers.Adam(0.003)
    return side_by_side(networks, x.shape[1], rate=0.2, optimizer=optimizer, loss="mae")


sturdy_epochs = chapter.pick(quick=60, full=200)
folds = sturdy(4 * starts)
log = folds.fit(*learn, epochs=sturdy_epochs, batch_size=60, verbose=0).history
print(f"MAE while training, with dropout: {log['loss'][0]:.3f} → {log['loss'][-1]:.3f}")

# %% [markdown]
# Scoring the average needs the same row in the same place for all networks, so we predict the
# held-out rows in their own order: the three starts of a fold, then their mean.

# %%
ordered = [normalised(x[a], x[b])[1] for a, b in pairs * starts]
guesses = keras.ops.convert_to_numpy(folds(np.stack(ordered, axis=1)))[..., 0]
truth = np.stack([y[b] for _, b in pairs], axis=1)
by_start = guesses.reshape(size, starts, 4)
scores["network"] = curve.min()
scores["sturdy network"] = np.abs(by_start - truth[:, None]).mean()
scores["average of 3 sturdy"] = np.abs(by_start.mean(axis=1) - truth).mean()
course.record(sturdy_cv=scores["sturdy network"], average_cv=scores["average of 3 sturdy"])

# %%
from dlcourse.viz import training

ours = [name for name in scores if "network" in name or "sturdy" in name]
figure = training.bars(scores, "MAE by 4-fold cross-validation, $100,000", highlight=ours)
viz.show(figure, alt="Seven bars of errors: mean and median are far behind the other models.")

# %% [markdown]
# On the full data the sturdy recipe gives {{sturdy_cv:.3f}} and the average of three
# {{average_cv:.3f}}, against {{kfold_mae:.3f}} for the textbook's network at its best epoch and
# {{forest_cv:.3f}} for the forest. On the Sacramento sales, the textbook's network is no better
# than the linear model: there it takes the sturdy recipe, or the forest, and those two are about
# equal.
#
# ### The exam
#
# Now, and only now, the test set. Train on *all* training rows, and normalise with their
# statistics. The textbook's network for the number of epochs that we chose, from twelve starts; the
# sturdy one from three, and then the average of the three.
#
# One more thing. The raw curve of section 4 jumped from epoch to epoch, so a lot depends on where
# the very last steps happen to land. There we smoothed the curve; here we can smooth the *weights*.
# `use_ema=True` keeps an **exponential moving average** of them: after each step, 0.995 of the
# average so far and 0.005 of the new weights, so about the last 200 steps count. `fit` ends by
# putting that average in their place. (Honestly: we added this only after we had seen that without
# it three starts can give 0.31 or 0.34 on this test set, by luck alone.)

# %%
all_rows, exam = normalised(x_train, x_test)
smooth = keras.optimizers.Adam(use_ema=True, ema_momentum=0.995)
final = side_by_side(12, x.shape[1], optimizer=smooth, loss="mse")
final.fit(*stacked([(all_rows, y_train)] * 12), epochs=best_epochs, batch_size=16, verbose=0)
guesses = ask(final, exam)
maes = np.abs(guesses - y_test[:, None]).mean(axis=0)
print("twelve starts:", maes.round(3), f"mean {maes.mean():.3f}", sep="\n")
print(f"first house: predicted {guesses[0].mean():.2f}, true {y_test[0]:.2f}")
course.record(test_mae=maes.mean(), worst_start=maes.max())

# %%
average = sturdy(3)
average.fit(*stacked([(all_rows, y_train)] * 3), epochs=sturdy_epochs, batch_size=60, verbose=0)
together = ask(average, exam).mean(axis=1)
exams = {}
for name, model in baselines.items():
    exams[name] = np.abs(model.fit(x_train, y_train).predict(x_test) - y_test).mean()
exams["network"] = maes.mean()
exams["average of 3 sturdy"] = np.abs(together - y_test).mean()
course.record(linear_test=exams["linear"], forest_test=exams["forest"])
course.record(average_test=exams["average of 3 sturdy"])

ours = ["network", "average of 3 sturdy"]
figure = training.bars(exams, "MAE on the test set, $100,000", highlight=ours)
viz.show(figure, alt="Six bars of test errors: mean and median largest, networks and forest small.")

# %% [markdown]
# The textbook reports 0.31, about $31,000, on the test set of the census data. Ours on the full
# data: {{test_mae:.3f}} on average over twelve starts, {{worst_start:.3f}} for the worst. The
# average of sturdy networks: {{average_test:.3f}}; the forest: {{forest_test:.3f}}; the linear
# model, on the same rows: {{linear_test:.3f}}.
#
# ### How sure is that?
#
# The test set is small. Would another hundred-odd houses have given the same number? We cannot get
# others, but we can draw from ours with replacement, as many as there are, again and again, and
# watch the result move. This is the **bootstrap**.

# %%
errors = np.abs(guesses.mean(axis=1) - y_test)
draws = rng.choice(errors, size=(2000, len(errors))).mean(axis=1)
low, high = np.quantile(draws, [0.025, 0.975])
figure = regression.histogram(
    draws, "MAE of 2,000 drawn test sets", {"95 % between": low, "and": high}, count="draws"
)
viz.show(figure, alt="A bell-shaped histogram of errors, with lines at both ends of 95 percent.")
course.record(bootstrap_low=low, bootstrap_high=high)

# %% [markdown]
# On the full data, anything from {{bootstrap_low:.2f}} to {{bootstrap_high:.2f}} would be no
# surprise. Networks and forest are apart by less than that: this test set cannot say which is best.
# That both beat the linear model, it can. (Comparing two models row by row is sharper than
# comparing two averages. Exercise 3 does that.)
#
# ### Where it errs
#
# Each dot is a test house. Above the diagonal, the network asks too much; below, too little.

# %%
predicted = guesses.mean(axis=1)
figure = regression.against_truth(y_test, predicted, "$100,000")
viz.show(figure, alt="Predictions over true prices: a cloud along the diagonal that widens.")

# %% [markdown]
# The cloud widens to the right: dear houses are few, and mostly *under*estimated. On the full data,
# some of the points at the right end lie exactly at 5.00001, the cap of section 1. There, even a
# right prediction would count as an error.
#
# And on the map? Blue: the network says too much. Red: too little.

# %%
east, high = x_test.T[:2]
error = 100 * (predicted - y_test)
figure = maps.coloured(east, high, error, "predicted − true, $1,000", centre=0)
viz.show(figure, alt="Test houses on a map in red and blue; most are pale, a few errors are large.")

# %% [markdown]
# Look for patches of one colour: they would mean that something about the place is missing from
# the columns. Single strong dots are unusual houses.
#
# ### The statistics are part of the model
#
# Section 5 found the normalisation leak harmless. But there is a relative of it that is not. A
# program in use gets houses one by one, or a few at a time. What if it normalises each batch with
# the batch's *own* mean and deviation, rather than those of the training set? Guess what the
# network says about a single house.

# %%
shuffled = rng.permutation(len(x_test))
own = {}
for count in (1, 5, 20, len(x_test)):
    groups = np.array_split(shuffled, range(count, len(shuffled), count))
    parts = [x_test[group] - x_test[group].mean(axis=0) for group in groups]
    parts = np.concatenate([part / np.maximum(part.std(axis=0), 1e-6) for part in parts])
    own[count] = np.abs(ask(final, parts).mean(axis=1) - y_test[shuffled]).mean()
own["training statistics"] = errors.mean()
figure = training.bars(own, "MAE by houses in a batch, $100,000", highlight=["training statistics"])
viz.show(figure, alt="Errors by batch size: a single house is worst; training statistics are best.")
course.record(own_one=own[1], own_five=own[5], own_all=own[len(x_test)])
course.record(averaged_mae=errors.mean())

# %% [markdown]
# With a batch of one, every column is its own mean, all inputs are 0, and every house gets the same
# price: {{own_one:.2f}} on the full data, like a constant. With five houses it is {{own_five:.2f}}.
# With the whole test set it is {{own_all:.2f}} against {{averaged_mae:.2f}}: an error that looks
# normal, which is how the mistake slips through an evaluation and shows itself in use. Keep the two
# rows of statistics with the weights; a Keras `Normalization` layer, adapted to the training rows,
# does it for you.
#
# ## 7. Thirty times as many rows
#
# ### Outside the frame
#
# First the experiment that we put off: the network knows the places inside the red frame of
# section 1. What does it say about the rest of the state? (On the Sacramento sample, there is no
# rest: these are the test sales once more.)

# %%
x_state, y_state = state.x_test.astype("float64"), state.y_test / 100_000
_, abroad = normalised(x_train, x_state)
outside = np.abs(ask(final, abroad).mean(axis=1) - y_state).mean()
print(f"MAE {outside:.2f}; the median price of the small set: ", end="")
print(f"{np.abs(np.median(y_train) - y_state).mean():.2f}")
course.record(outside_frame=outside)

# %% [markdown]
# An error of {{outside_frame:.1f}} on the full data, many times the {{test_mae:.2f}} of the test
# set. A longitude of −117 lies about a hundred standard deviations from what it was trained on, and
# there the network prolongs its straight pieces into nowhere. A test score is a promise about rows
# *like those of the test set*, and about no others.
#
# ### Trained on the whole state
#
# Now train the same network on the large version, with a batch of 128 and a rate of 0.003, beside
# the same baselines. On the full data that is 34 times as many rows. **Guess:** who gains most from
# them: the linear model, the network, the forest? And will errors be smaller than before?

# %%
x_large, y_large = state.x_train.astype("float64"), state.y_train / 100_000
inside, held_back = normalised(x_large, x_state)
large = new_network(x.shape[1])
large.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse", metrics=["mae"])
large.fit(inside, y_large, epochs=chapter.pick(quick=5, full=30), batch_size=128, verbose=0)
whole = {}
for name, model in baselines.items():
    whole[name] = np.abs(model.fit(x_large, y_large).predict(x_state) - y_state).mean()
whole["network"] = large.evaluate(held_back, y_state, batch_size=len(y_state), verbose=0)[1]
course.record(**{f"large_{name}": score for name, score in whole.items()})

# %%
figure = training.bars(whole, "MAE on the large test set, $100,000", highlight=["network"])
viz.show(figure, alt="Five bars of errors on the large data; those of mean and median are longest.")

# %% [markdown]
# On the full data: linear {{large_linear:.3f}}, network {{large_network:.3f}}, forest
# {{large_forest:.3f}}. Three things are worth noticing.
#
# - **The errors are no smaller than on the small set.** The task is harder: a whole state, with
#   coast, desert and mountains, in place of one shore. Numbers from different test sets cannot be
#   compared; each has to be read beside its own baselines.
# - **The linear model is left behind.** It has nine numbers to learn, and had enough rows with 480.
#   More data help a model that can still bend.
# - **The forest wins, and clearly:** with 4,128 test districts this is no chance. On tables with a
#   few meaningful columns, trees are hard to beat; they cut a map into pieces with ease, where a
#   network has to bend smooth pieces around every valley. Always try them first. Networks are at
#   their best on pixels, sound and words, and there the next chapters go.

# %% [markdown]
# ## What you learned
#
# - Regression: one output without activation, squared or absolute error as loss, MAE to read.
# - Look at columns, map and histogram before you model: documentation can be wrong, targets capped.
# - Columns on one scale, by the statistics of the training rows, which then belong to the model.
# - With few rows: K-fold cross-validation, the whole procedure inside the loop, means with spread.
# - Leaks differ: shared statistics did nothing here, chosen columns and doubled rows a lot.
# - Many small networks side by side are one larger array; their average beats each of them.
# - A score holds for rows like those of its test set, beside baselines on the same rows.
#
# ## Practise
#
# 1. Use 8 folds in place of 4. How many rows does each network see, and what happens to the
#    average? And to the spread between folds?
# 2. Take the two coordinates out of `x_train` and `x_test`. How much worse is the linear model, how
#    much the network? Explain the difference with the map.
# 3. For each test house, subtract the error of the forest from that of the network. Bootstrap the
#    mean of these differences. Does the interval contain zero?
# 4. In the full data, drop all districts at the cap from training and test set. Which errors fall,
#    and is the comparison with the old ones fair?
# 5. Train the network on the logarithm of the price, and take `np.exp` of its predictions. For
#    which houses does that help?
# 6. In leak 2, try 10 and 10,000 noise columns. How does the flattery grow?
