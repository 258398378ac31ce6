"""One changed cell explains everything: tried for all cells of all reports at once.

Belongs here: fully printed tables. Doesn't belong here: blanks (``solver``), more cells (``search``).
"""

import numpy as np

from expectations.localisation.explanation import Explanation, exactly, explanation
from expectations.localisation.system import System


def single_cells(system: System, values: np.ndarray) -> list[list[Explanation]]:
    """For each report all the cells that alone explain it; ``values`` is reports by cells, whole and not negative.

    A cell does so when every identity that doesn't hold contains it, all the identities that contain it ask
    for the same change, and the cell isn't negative afterwards.
    """
    balance = values @ system.matrix.T
    broken = (balance != 0).sum(axis=1)
    found: list[list[Explanation]] = [[] for _ in values]
    for cell in range(len(system.keys)):
        identities = np.flatnonzero(system.matrix[:, cell])
        own = balance[:, identities]
        candidates = np.flatnonzero((own != 0).all(axis=1) & (broken == len(identities)))
        if not len(candidates):
            continue
        change = -own[candidates] // system.matrix[identities, cell]
        proposed = values[candidates, cell] + change[:, 0]
        agrees = (change * system.matrix[identities, cell] == -own[candidates]).all(axis=1)
        agrees &= (change == change[:, :1]).all(axis=1) & (proposed >= 0)
        for report, figure in zip(candidates[agrees], proposed[agrees], strict=True):
            found[report].append(explanation({cell: exactly(int(figure))}))
    return found
