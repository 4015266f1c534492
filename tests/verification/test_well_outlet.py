r"""A vein's mouth on a grid: how much it draws, whatever the cell.

A mouth of radius a in a wall that lets nothing else through draws from a half space, so
:math:`-dp/dr\,K/\mu = Q/2\pi r^2` and

.. math:: p(R) - p(a) = \frac{Q\mu}{2\pi K}\left(\frac1a - \frac1R\right)

(:math:`4\pi` for one that ends within bone). In series stands the plug, :math:`8\mu\ell/\pi a^4`. With a source Q at
distance :math:`r_v` inside a front :math:`r_f` at which the pressure is 0, the undisturbed pressure at the mouth is
:math:`\frac{Q\mu}{4\pi K}(1/r_v - 1/r_f)`, and a small mouth lowers it by its own flow q times
:math:`\mu/2\pi Ka` (:math:`\mu/4\pi K a` if it draws from all around), so

.. math:: \frac qQ = \frac{\frac a2\left(\frac1{r_v}-\frac1{r_f}\right)}{1+16K\ell/a^3}

with no viscosity in it (physics.md 6.6). Cells are cubes of edge h. A mouth narrower than :math:`0.47h`
(:math:`0.31h` within bone) is a well, a wider one is spread over cells.
"""

from __future__ import annotations

import numpy as np
import pytest
from verification_grids import Block

from azygos.spine.leak import Rest, Route
from azygos.spine.outflow import Mouths, find_mouths
from azygos.spine.vertebra import Bone, Outlet, Vertebra
from azygos.spine.well import captured_share, cell_radius, plug_resistance, well_conductance

K, MU, Q = 1e-8, 100.0, 1e-9


def padded_bone(shape: tuple[int, ...], inside: np.ndarray, h: float, mouth: np.ndarray, radius: float) -> Bone:
    vertebra = Vertebra(
        level="L1", origin=np.zeros(3), axes=np.eye(3), spacing=h, inside=inside, bone_fraction=np.zeros(shape),
        cleft=np.zeros(shape, dtype=bool),
    )  # fmt: skip
    outlet = Outlet(
        name="mouth", route=Route.BASIVERTEBRAL, rest=Rest.CANAL, mouth=mouth, radius=radius, length=0.0, pressure=0.0
    )
    return Bone(
        vertebra=vertebra, porosity=np.ones(shape), permeability=np.where(inside, K, 0.0), anisotropy=1.0,
        cavity=np.zeros(shape, dtype=bool), outlets=(outlet,),
    )  # fmt: skip


def mouths_of(bone: Bone, block: Block) -> Mouths:
    shape = block.flow.shape
    cells = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1).reshape(-1, 3)
    return find_mouths(bone, block.flow.flat_index(cells).reshape(shape))


def drawn(a: float, h: float, *, wall: bool, off: float = 0.0, mu: float = MU) -> tuple[float, int]:
    """Flow that the mouth takes over the exact one, and how many cells it opens on.

    The pressure far away is held at the exact one; `off` moves the mouth off its cell's middle [cells].
    """
    reach = max(5.0 * a, 5.0 * h)
    n = int(np.ceil(reach / h)) + 2
    line = np.arange(-n, n + 1) * h
    x = line + 0.5 * h if wall else line
    inside = np.ones((2 * n + 1,) * 3, dtype=bool)
    if wall:
        inside[:n] = False
    mouth = np.array([n - 0.5 if wall else n + off, n + off, n + off])
    bone = padded_bone(inside.shape, inside, h, mouth, a)
    block = Block(x, line, line, h=h)
    mouths = mouths_of(bone, block)
    block.conduct(np.where(inside, K / mu, 0.0))
    at = off * h
    r = np.sqrt((block.x - (0.0 if wall else at)) ** 2 + (block.y - at) ** 2 + (block.z - at) ** 2)
    exact = Q * mu / ((2.0 if wall else 4.0) * np.pi * K) * (1.0 / a - 1.0 / np.maximum(r, 0.1 * h))
    block.hold((r > reach) & inside, exact)
    np.add.at(block.flow.sink.ravel(), mouths.cell, mouths.index / mu)
    block.solve(1e-7 * Q)
    out = mouths.index / mu * block.flow.p.ravel()[mouths.cell]
    return float(out.sum() / Q), len(mouths.cell)


@pytest.mark.parametrize("wall", [True, False])
@pytest.mark.parametrize("over", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("off", [0.0, 0.4])
def test_narrow_mouth_is_exact(wall, over, off):
    """A well, wherever in its cell it lies."""
    flow, cells = drawn(over * 1e-3, 1e-3, wall=wall, off=off)
    assert cells == 1
    assert flow == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(
    ("wall", "over"),
    [
        (True, 0.46), (True, 0.48), (True, 0.6), (True, 0.8), (True, 1.0), (True, 1.25), (True, 1.5), (True, 2.0),
        (False, 0.31), (False, 0.4), (False, 0.48),
        (False, 0.6), (False, 0.8), (False, 1.0), (False, 1.5), (False, 2.0),
    ],
)  # fmt: skip
def test_mouth_about_as_wide_as_a_cell(wall, over):
    """No leap where the well gives way to cells that are held: within 15 % throughout."""
    flow, cells = drawn(over * 1e-3, 1e-3, wall=wall, off=0.3)
    print(f"{'wall' if wall else 'bone'}, a/h = {over}: {flow:.3f} of the exact flow by {cells} cells")
    assert flow == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("wall", [True, False])
def test_wide_mouth_converges(wall):
    """One mouth of 1.5 mm on finer and finer grids: the worst of two neighbours falls."""
    errors = [abs(drawn(1.5e-3, 1.5e-3 / cells, wall=wall)[0] - 1.0) for cells in (1.5, 2.0, 3.0, 4.0, 5.0)]
    print(f"{'wall' if wall else 'bone'}: errors at a/h = 1.5, 2, 3, 4, 5: {np.round(errors, 3)}")
    assert max(errors[3:]) < 0.05
    assert max(errors[3:]) < max(errors[:2])


def test_viscosity_only_scales():
    assert drawn(0.3e-3, 1e-3, wall=True, mu=1.0)[0] == pytest.approx(drawn(0.3e-3, 1e-3, wall=True, mu=1e3)[0])


def captured(a: float, mouth: float, front: float, plug: float, mu: float, *, h: float = 1e-3) -> float:
    """Share that a mouth in unbounded bone takes from a source inside a ball of cement, marrow being all but water.

    physics.md gives the mouth the half-space conductance :math:`2\\pi Ka/\\mu`; in the open that is a sphere of a/2.
    """
    n = int(np.ceil(front / h)) + 2
    line = np.arange(-n, n + 1) * h
    block = Block(line, line, line, h=h)
    r = np.sqrt(block.x**2 + block.y**2 + block.z**2)
    block.conduct(K / mu)
    block.hold(r > front - 0.5 * h, np.zeros_like(r))
    flow = block.flow
    well = well_conductance(0.5 * a, cell_radius=cell_radius(h), permeability=K, viscosity=mu, half_space=False)
    conductance = 1.0 / (1.0 / well + plug_resistance(a, plug, viscosity=mu))
    at = (n + round(mouth / h), n, n)
    flow.inner(flow.sink)[at] += conductance
    flow.inner(flow.push)[n, n, n] += Q
    p = block.solve(1e-8 * Q)
    return float(conductance * p[at] / Q)


@pytest.mark.parametrize(("a", "plug"), [(0.5e-3, 0.0), (0.5e-3, 5e-3)])
def test_captured_share_of_a_small_mouth(a, plug):
    """The formula superposes: the front so near draws a little more through the mouth, 3 % here."""
    law = captured_share(a, mouth_distance=5e-3, front_radius=10e-3, permeability=K, plug_length=plug)
    found = captured(a, 5e-3, 10e-3, plug, MU)
    print(f"a {a * 1e3} mm, plug {plug * 1e3} mm: {found:.4f}, by the law {law:.4f}")
    assert found == pytest.approx(law, rel=0.05)


@pytest.mark.parametrize(
    ("a", "plug", "share"),
    [(0.5e-3, 0.0, 0.025), (0.5e-3, 5e-3, 0.003), (1.5e-3, 0.0, 0.075), (1.5e-3, 20e-3, 0.039), (2.5e-3, 0.0, 0.125),
     (2.5e-3, 20e-3, 0.104)],
)  # fmt: skip
def test_shares_of_the_table(a, plug, share):
    law = captured_share(a, mouth_distance=5e-3, front_radius=10e-3, permeability=K, plug_length=plug)
    assert law == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize("plug", [0.0, 5e-3])
def test_captured_share_does_not_know_the_viscosity(plug):
    thin, thick = (captured(0.5e-3, 5e-3, 10e-3, plug, mu) for mu in (1.0, 1e3))
    assert thin == pytest.approx(thick, rel=1e-6)


def test_wall_that_is_the_edge_of_the_grid():
    """A mask that reaches the end of its array has a wall there too."""
    indices = []
    for empty in (0, 1):
        inside = np.pad(np.ones((6, 7, 7), dtype=bool), empty)
        mouth = np.array([-0.5, 3.0, 3.0]) + empty
        bone = padded_bone(inside.shape, inside, 1e-3, mouth, 0.3e-3)
        block = Block(*(np.arange(n) * 1e-3 for n in inside.shape), h=1e-3)
        indices.append(float(mouths_of(bone, block).index.sum()))
    assert indices[0] == pytest.approx(indices[1])
