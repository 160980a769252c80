"""Array types: what a signature means by so many numbers or flags, one an element."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
