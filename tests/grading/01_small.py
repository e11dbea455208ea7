# %% [markdown]
# # Exercises: A small set
#
# Three tasks: a product of matrices with loops, a number of parameters, and an explanation.

# %%
import numpy as np


def same(a, b):
    return np.allclose(a, b)


# %% [markdown]
# ## 1. The product of two matrices (3 points)
#
# Write `naive_matmul(a, b)` with loops. It raises `ValueError` where the inner sizes differ.


# %% solution="matmul"
def naive_matmul(a, b):
    """Return the product of two matrices, computed with loops."""
    ### BEGIN SOLUTION
    if a.shape[1] != b.shape[0]:
        raise ValueError(f"inner sizes {a.shape[1]} and {b.shape[0]} differ")
    product = np.zeros((a.shape[0], b.shape[1]))
    for row in range(a.shape[0]):
        for column in range(b.shape[1]):
            product[row, column] = sum(a[row, :] * b[:, column])
    return product
    ### END SOLUTION


# %% check="matmul" points=3
left, right = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])
result = naive_matmul(left, right)
assert result.shape == (1, 1), f"shape {result.shape}: rows come from a, columns from b"
assert same(result, [[11]]), f"[1 2] times [3 4] gave {result}; multiply in pairs, then add up"
print("The visible checks pass. Grading tries more inputs.")
### BEGIN HIDDEN TESTS
# ruff: noqa: F821
shortcuts = {"matmul", "dot", "einsum", "inner", "tensordot", "vdot", "@"}


@check(1, "matrices of other shapes give wrong numbers")
def other_shapes(ask, rng):
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    near(ask("naive_matmul(a, b)", a=a, b=b), a @ b)


@check(1, "a wrong inner size must raise ValueError")
def refuses(ask, rng):
    near(ask("naive_matmul(a, b)", a=np.ones((2, 3)), b=np.ones((3, 2))), np.full((2, 2), 3))
    raises("ValueError", ask, "naive_matmul(a, b)", a=np.ones((2, 3)), b=np.ones((2, 3)))


@check(1, "the loops should be your own")
def own_loops(ask, rng):
    equal(ask("naive_matmul(a, a)", a=np.eye(2)), [[1, 0], [0, 1]])
    used = {name.rsplit(".", 1)[-1] for name in calls(code_of("matmul"))} & shortcuts
    if used:
        raise Wrong(f"the code uses {min(used)}, which does the loops for you")


### END HIDDEN TESTS

# %% [markdown]
# ## 2. The size of a layer (2 points)
#
# A dense layer has 784 inputs and 512 outputs. How many numbers does it learn?

# %% solution="params"
# Count the weights and the biases.
parameters = None
### BEGIN SOLUTION
parameters = 784 * 512 + 512
### END SOLUTION

# %% check="params" points=2
assert isinstance(parameters, int), f"{parameters!r} is no whole number"
assert parameters > 784 * 512, "there are more than the weights alone"
print("The visible checks pass. Grading looks at the number itself.")


### BEGIN HIDDEN TESTS
@check(2, "not the number of weights and biases")
def exact(ask, rng):
    equal(ask("parameters"), 401_920)


### END HIDDEN TESTS

# %% [markdown] answer="why" points=2
# ## 3. Why a bias? (2 points)
#
# What could a layer not learn without its bias? Answer in one or two sentences.
#
# ### BEGIN SOLUTION
# Without a bias every unit gives 0 for an input of zeros, so its boundary goes through the origin.
#
# Rubric: 1 point for the output at zero, 1 point for the boundary that cannot move.
# ### END SOLUTION
