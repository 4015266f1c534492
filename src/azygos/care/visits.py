"""What a look at the patient shows, and what it misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from azygos.care.course import Visit
from azygos.care.draw import CHANCES, CareDraw
from azygos.care.effect import Effect
from azygos.care.hold import Hold, Lodged
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import ML, MMHG
from azygos.heart import Effusion
from azygos.values import care as v
from azygos.veins import Arrivals

Sight = tuple[list[str], list[str]]  # what it sees, what it misses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene(Parcel):
    """What there is to be seen on one day."""

    day: float
    time: float  # on that day [s]
    hold: Hold
    draw: CareDraw
    arrivals: Arrivals
    bleeding: Effusion | None
    clot_closed: FloatArray
    effect: Effect
    symptoms: tuple[str, ...]  # that have come by then

    @property
    def pieces(self) -> list[Lodged]:
        """In the lungs by now, with cement left."""
        return self.hold.present(self.time)

    @property
    def cement_in_heart(self) -> float:
        """[m^3]."""
        return sum(part.volume for part in self.hold.lying(self.time))

    @property
    def effusion(self) -> float:
        """Blood in the pericardium [m^3]."""
        return self.bleeding.volume(self.time) if self.bleeding else 0.0


def look(scene: Scene, looks_with: str) -> Visit:
    """Look at the patient with one means; `looks_with` is one of ``LOOKS``."""
    sees, misses = _SIGHTS[looks_with](scene)
    return Visit(day=scene.day, looks_with=looks_with, sees=tuple(sees), misses=tuple(misses))


def _ct(scene: Scene) -> Sight:
    sees, misses = _cement_on_ct(scene)
    if scene.hold.clot > 0.0:
        misses.append("Clot: without contrast it does not stand out from blood.")
    return sees, misses


def _ct_angiography(scene: Scene) -> Sight:
    sees, misses = _cement_on_ct(scene)
    if scene.pieces:
        misses.append(
            "Cement beside contrast may vanish on a soft-tissue window; a bone window shows it "
            "(radiopaedia.org/cases/22072)."
        )
    narrowed = int(np.count_nonzero(scene.clot_closed >= v.SEEN_CLOT.number))
    if narrowed:
        sees.append(f"Clot that narrows {_count(narrowed, 'artery', 'arteries')} of the lungs.")
    elif scene.hold.clot > 0.0:
        misses.append("A little clot on the cement.")
    return sees, misses


def _film(scene: Scene) -> Sight:
    share = v.VISIBLE_ON_FILM.number
    shown = [
        one for number, one in enumerate(scene.pieces) if _thick(one) and scene.draw.seen[number % CHANCES] < share
    ]
    hidden = len(scene.pieces) - len(shown)
    sees = [f"{_count(len(shown), 'dense line or dot', 'dense lines or dots')} over the lungs."] if shown else []
    misses = []
    if hidden:
        misses.append(
            f"{_count(hidden, 'piece', 'pieces')} in the lungs: films show a third to a half of what CT shows of "
            "local leaks (Schmidt 2005); no figure was found for the lungs."
        )
    if scene.cement_in_heart > 0.0:
        misses.append("Cement in the heart: its beat blurs it.")
    return sees, misses


def _echo(scene: Scene) -> Sight:
    sees, misses = [], []
    if scene.cement_in_heart > 0.0:
        sees.append(
            "A bright echo in the right heart: cement (it was found so at the bedside, BMC Cardiovasc Disord 2025)."
        )
    sees += _strain(scene)
    if scene.pieces:
        misses.append(
            f"{_count(len(scene.pieces), 'piece', 'pieces')} in the lungs: echo sees the heart, not the lungs."
        )
    return sees, misses


def _clinic(scene: Scene) -> Sight:
    sees = [f"Complaints: {', '.join(scene.symptoms)}."] if scene.symptoms else []
    if scene.effect.saturation < v.LOW_OXYGEN.number:
        sees.append(f"Oxygen saturation is low, {100 * scene.effect.saturation:.0f} %.")
    unseen = bool(scene.pieces) or scene.cement_in_heart > 0.0
    return sees, ["All cement: it can neither be felt nor heard."] if unseen else []


def _cement_on_ct(scene: Scene) -> Sight:
    sees, misses = [], []
    shown = [one for one in scene.pieces if one.lodging.visible]
    if shown:
        volume = sum(one.volume for one in shown) / ML
        sees.append(
            f"{_count(len(shown), 'piece', 'pieces')} of cement in the lungs' arteries, {volume:.2f} mL in all."
        )
    hidden = len(scene.pieces) - len(shown)
    if hidden:
        misses.append(f"{_count(hidden, 'piece', 'pieces')} in the lungs, thinner than this CT shows.")
    if scene.cement_in_heart > 0.0:
        sees.append(f"Cement in the right heart, {scene.cement_in_heart / ML:.2f} mL, blurred by its beat.")
    veins = list(dict.fromkeys(remnant.vein for remnant in scene.arrivals.remnants))
    if veins:
        sees.append(f"Cement in veins: {', '.join(veins)}.")
    if scene.effusion >= v.SEEN_EFFUSION.number:
        sees.append(f"Blood in the pericardium, {scene.effusion / ML:.0f} mL.")
    return sees, misses


def _strain(scene: Scene) -> list[str]:
    found = []
    if scene.effect.pulmonary_pressure >= v.RAISED_PRESSURE.number:
        mmhg = scene.effect.pulmonary_pressure / MMHG
        found.append(f"A strained right ventricle; the mean pulmonary pressure is {mmhg:.0f} mmHg.")
    if scene.effusion >= v.SEEN_EFFUSION.number:
        found.append(f"Blood in the pericardium, {scene.effusion / ML:.0f} mL.")
    return found


def _thick(one: Lodged) -> bool:
    """A film shows no more than CT does."""
    return one.lodging.visible


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


_SIGHTS: dict[str, Callable[[Scene], Sight]] = {
    "ct": _ct,
    "ct angiography": _ct_angiography,
    "film": _film,
    "echo": _echo,
    "clinic": _clinic,
}
