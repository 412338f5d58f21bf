"""Arrays as NumPy itself writes them, for npy_test.cpp: python3 make.py (NumPy 2.x), in this folder."""

import numpy as np

count = np.arange(24)
np.save("fortran.npy", np.asfortranarray(count.reshape(4, 2, 3).astype(">f8")))
np.save("half.npy", (count / 8).astype("<f2").reshape(12, 2))
pictures = (count * 10).astype("u1").reshape(4, 2, 3)
labels = np.array([7, 3, 7, 5])
np.savez("stored.npz", x_train=pictures, y_train=labels, x_test=pictures[:2], y_test=labels[:2])
np.savez_compressed("deflated.npz", X=np.asfortranarray(count.reshape(12, 2)), y=count[:12] % 3 == 0)
