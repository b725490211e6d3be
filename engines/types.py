"""Array types shared by the engines."""

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
Flags = NDArray[np.bool_]
Spectra = NDArray[np.complex64]
