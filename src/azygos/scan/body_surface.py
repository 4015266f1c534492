"""A smooth surface through the strongest edges: one label per column, found by passing messages.

The wall and the end plates of a vertebral body are each a sheet over a flat grid of columns
(angle and height for the wall, left and back for a plate). Noise breaks single edges; the sheet
bridges them, because a neighbour that jumps is paid for.
"""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray, IntArray

_ROUNDS = 24  # messages cross a grid of 60 x 12 columns in about so many rounds; more changes no label
_DAMPING = 0.3  # share of the old message that is kept: loops in the grid would swing without it


def find_surface(cost: FloatArray, *, stiffness: float, max_jump: int, wrap: bool) -> IntArray:
    r"""Label of each column that makes a smooth sheet of least cost.

    Minimises

    .. math:: \sum_{p} c_p(l_p) + \kappa \sum_{p \sim q} (l_p - l_q)^2, \qquad |l_p - l_q| \le m

    by min-sum messages between neighbouring columns (loopy belief propagation).

    Parameters
    ----------
    cost : FloatArray
        Shape (n_a, n_b, n_labels) [-]: what it costs to put the sheet at each label of each column.
    stiffness : float
        :math:`\kappa` [-], cost of a step of one label between neighbours.
    max_jump : int
        :math:`m` [labels], the steepest slope allowed.
    wrap : bool
        Whether the first axis closes on itself, as an angle does.

    Returns
    -------
    labels : IntArray
        Shape (n_a, n_b).

    Notes
    -----
    Messages on a grid with loops need not reach the optimum; on sheets with one
    clear edge for most columns they do in practice.

    References
    ----------
    Felzenszwalb & Huttenlocher, Efficient belief propagation for early vision, IJCV 70:41 (2006).

    Examples
    --------
    A column without an edge follows its neighbours:

    >>> cost = np.zeros((3, 1, 8))
    >>> cost[[0, 2], 0, 5] = -1.0
    >>> find_surface(cost, stiffness=0.1, max_jump=2, wrap=False)[:, 0].tolist()
    [5, 5, 5]
    """
    messages = [np.zeros_like(cost) for _ in _STEPS]  # messages[s][p]: what p hears from its neighbour at step s
    for _ in range(_ROUNDS):
        total = cost + sum(messages)
        heard = []
        for s, (axis, shift) in enumerate(_STEPS):
            back = s ^ 1  # what the neighbour heard from p itself is not told back to p
            told = _soften(total - messages[back], stiffness, max_jump)
            told -= told.min(axis=2, keepdims=True)
            heard.append(_from_neighbour(told, axis, shift, wrap))
        messages = [_DAMPING * old + (1.0 - _DAMPING) * new for old, new in zip(messages, heard, strict=True)]
    return np.asarray(np.argmin(cost + sum(messages), axis=2), dtype=np.int64)


_STEPS = ((0, 1), (0, -1), (1, 1), (1, -1))


def _soften(belief: FloatArray, stiffness: float, max_jump: int) -> FloatArray:
    """Least of belief plus the price of the step, for each label of the neighbour."""
    softened = belief.copy()
    for jump in range(1, max_jump + 1):
        price = stiffness * jump**2
        np.minimum(softened[..., jump:], belief[..., :-jump] + price, out=softened[..., jump:])
        np.minimum(softened[..., :-jump], belief[..., jump:] + price, out=softened[..., :-jump])
    return softened


def _from_neighbour(told: FloatArray, axis: int, shift: int, wrap: bool) -> FloatArray:
    """What each column hears from the neighbour `shift` columns before it along `axis`."""
    heard = np.roll(told, shift, axis=axis)
    if not (wrap and axis == 0):
        edge: list[slice | int] = [slice(None)] * 3
        edge[axis] = 0 if shift == 1 else -1
        heard[tuple(edge)] = 0.0
    return heard
