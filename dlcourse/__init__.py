"""dlcourse: deep learning as loops, as NumPy, and in four frameworks.

Importing this package loads no framework; each part loads what it needs when it is used.
"""

__version__ = "0.1.0"
