"""One injection, from the first push of the plunger to the last drop that leaves the bone.

Each time step: the syringe says how much comes, the bone's pressure is solved, cement is
carried, plugs grow in the veins, everything warms and ages. All pressures are over that of
the outside; the physics is in ``docs/how-it-works/spine.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import Account, FloatArray
from azygos.ground.units import GAS_CONSTANT, ML
from azygos.spine.choices import Choices
from azygos.spine.delivery import Cannula, Plunger
from azygos.spine.draw import Draw
from azygos.spine.flow import Flow
from azygos.spine.injection import Injection
from azygos.spine.kernels import cement as cement_kernels
from azygos.spine.kernels import transport
from azygos.spine.leak import Leak, Rest
from azygos.spine.outflow import Plug, find_mouths, older, tube_viscosity, widened
from azygos.spine.treatment import Cement, Needle, Portion, Treatment
from azygos.spine.upscaling import upscaling_named
from azygos.spine.vertebra import Bone, Outlet
from azygos.values import injection as v
from azygos.values.marrow import (
    BLOOD_VISCOSITY,
    BODY_TEMPERATURE,
    BONE_CONDUCTIVITY,
    BONE_TISSUE_DENSITY,
    BONE_TISSUE_HEAT_CAPACITY,
    DENSITY_YELLOW,
    MARROW_HEAT_CAPACITY,
)

SLOWEST = 1e-13  # flow at the tip below which nothing is said to move: 0.1 nL/s [m^3 s^-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerics:
    """How finely one injection is computed."""

    first_volume: float = 0.02 * ML  # of the first step [m^3]
    growth: float = 0.08  # a step's volume over the cement already in bone [-]
    most_volume: float = 0.15 * ML  # of any step [m^3]
    longest: float = 5.0  # any step [s]
    n_sub: int = 4  # transport sub-steps
    tolerance: float = 1e-3  # unbalanced flow over the injected flow [-]
    relax: float = 0.7  # of a new viscosity against the old [-]


@dataclass(slots=True)
class _Record:
    """Time series as they grow."""

    times: list[float] = field(default_factory=list)
    injected: list[float] = field(default_factory=list)
    leaked: list[float] = field(default_factory=list)
    plunger: list[float] = field(default_factory=list)
    tip: list[float] = field(default_factory=list)
    sensor: list[float] = field(default_factory=list)
    flow: list[FloatArray] = field(default_factory=list)
    age: list[FloatArray] = field(default_factory=list)
    temperature: list[FloatArray] = field(default_factory=list)
    viscosity: list[FloatArray] = field(default_factory=list)


def opening_cells(bone: Bone, needle: Needle) -> tuple[np.ndarray, FloatArray]:
    """Cells that a needle's opening feeds, as (n, 3) grid indices, and the share of each.

    An end opening feeds a ball of the bore's radius just ahead of the tip; a side opening
    feeds one beside the shaft, towards the mid-line unless the needle says otherwise.
    """
    vertebra = bone.vertebra
    along = (needle.tip - needle.entry) / np.linalg.norm(needle.tip - needle.entry)
    if needle.opening == "end":
        direction = along
    elif needle.side_direction is not None:
        direction = needle.side_direction
    else:
        left = vertebra.axes[:, 0]
        centre = vertebra.to_lps(np.argwhere(vertebra.inside).mean(axis=0))
        direction = left * (1.0 if float((centre - needle.tip) @ left) >= 0.0 else -1.0)
        direction = direction - (direction @ along) * along
        direction = direction / np.linalg.norm(direction)
    shift = needle.inner_radius if needle.opening == "end" else 1.5 * needle.inner_radius
    centre_cell = vertebra.to_grid(needle.tip + shift * direction)
    inside = np.argwhere(vertebra.inside)
    distance = np.linalg.norm(inside - centre_cell, axis=1) * vertebra.spacing
    chosen = inside[distance <= max(needle.inner_radius, float(distance.min()))]
    return chosen, np.full(len(chosen), 1.0 / len(chosen))


def viscosity_table(cement: Cement, upscaling: str) -> tuple[FloatArray, float, float]:
    """ln(Darcy viscosity / consistency) over power-law index and pore rate, with the rate's first value and step."""
    law = upscaling_named(upscaling)
    low, step, count = math.log(1e-5), 0.25, 74
    table = np.empty((12, count))
    for a in range(12):
        index = cement.index_fresh + (cement.index_doughy - cement.index_fresh) * a / 11
        for b in range(count):
            speed = math.exp(low + step * b)
            value = law(
                speed, permeability=1.0, porosity=1.0, consistency=1.0, index=index, plateau_rate=cement.plateau_rate
            )
            table[a, b] = math.log(value)
    return table, low, step


class _Run:
    """The state of one injection while it runs."""

    def __init__(
        self, bone: Bone, treatment: Treatment, draw: Draw, choices: Choices, numerics: Numerics, sensor: FloatArray
    ) -> None:
        vertebra = bone.vertebra
        self.bone, self.treatment, self.draw = bone, treatment, draw
        self.choices, self.numerics, self.cement = choices, numerics, treatment.cement
        self.h = vertebra.spacing
        self.flow = Flow(vertebra.inside.shape, vertebra.inside)
        flow = self.flow
        self.permeability = flow.field(np.where(vertebra.inside, bone.permeability, 0.0))
        self.porosity = flow.field(np.where(vertebra.inside, bone.porosity, 1.0))
        self.porosity[self.porosity <= 0.0] = 1.0
        self.pore = self.porosity * self.h**3
        grid = np.stack(np.meshgrid(*(np.arange(n) for n in flow.shape), indexing="ij"), axis=-1).reshape(-1, 3)
        self.flat_index = flow.flat_index(grid).reshape(flow.shape)
        self.mouths = find_mouths(bone, self.flat_index)
        self.plugs = [Plug(outlet) for outlet in bone.outlets]
        self.viscosity = np.zeros(flow.s.size)
        self.conductivity = np.zeros(flow.s.shape)
        self.age = np.zeros((1, flow.s.size))
        self.temperature = np.full(flow.s.size, BODY_TEMPERATURE.number)
        self.fill_time = np.full(flow.s.size, np.inf)
        self.table, self.table_low, self.table_step = viscosity_table(self.cement, choices.upscaling)
        self.cannulas = [Cannula(needle, treatment, treatment.age_at_start) for needle in treatment.needles]
        self.openings = [opening_cells(bone, needle) for needle in treatment.needles]
        self.plunger = Plunger(treatment.syringe, choices.syringe_gives, choices.hand_is_limited)
        self.syringe_age = treatment.age_at_start
        self.outlet_flow = np.zeros(len(bone.outlets))
        self.outlet_pressure = np.zeros(len(bone.outlets))
        self.open = np.ones(len(self.mouths.cell), dtype=bool)
        self.resistance = 0.0  # of the bone behind the tip, as last seen
        self.back = draw.outlet_pressure
        self.time = self.injected = self.tip_rate = 0.0
        self.steps = self.iterations = 0
        self.seen_at: float | None = None
        self.stopped = "as planned"
        self.peak = BODY_TEMPERATURE.number
        self.record = _Record()
        nearest = np.argwhere(vertebra.inside)
        at = int(np.argmin(np.linalg.norm(nearest - vertebra.to_grid(sensor), axis=1)))
        self.sensor = int(self.flat_index[tuple(nearest[at])])
        self._heat_setup()

    def _heat_setup(self) -> None:
        cement = self.cement
        self.heat_cement = cement.density_paste * cement.heat_capacity
        self.heat_marrow = DENSITY_YELLOW.number * MARROW_HEAT_CAPACITY.number
        self.heat_bone = BONE_TISSUE_DENSITY.number * BONE_TISSUE_HEAT_CAPACITY.number
        self.work = np.zeros(self.flow.s.shape)
        self._capacity = np.zeros(self.flow.s.shape)
        self.heating = np.zeros(self.flow.s.shape)

    def capacity(self) -> np.ndarray:
        """Heat capacity of each cell [J/K]."""
        cement_kernels.heat_capacity(
            self.flow.s, self.porosity, self.heat_cement, self.heat_marrow, self.heat_bone, self.h**3, self._capacity
        )
        return self._capacity

    def venous(self) -> float:
        """Pressure in the veins now: rest and breathing [Pa]."""
        return self.draw.outlet_pressure + self.draw.breathing_pressure * math.sin(
            2.0 * math.pi * self.time / v.BREATH.number
        )

    def update_conductances(self) -> None:
        """Viscosity where cement is, mobility everywhere, conductance of each face."""
        flow, cement = self.flow, self.cement
        active = flow.active
        if active.size:
            stride = (flow.padded[1] + 2) * (flow.padded[2] + 2)
            cement_kernels.thin(
                active, flow.tx.ravel(), flow.ty.ravel(), flow.tz.ravel(), flow.p.ravel(), stride, flow.padded[2] + 2,
                self.h**2, self.permeability.ravel(), self.porosity.ravel(), self.age[0],
                self.table, self.table_low, self.table_step, cement.consistency, cement.reference_age,
                cement.e_folding, cement.index_fresh, cement.index_doughy, cement.setting_age, v.STIFFEST.number,
                self.choices.cement_thins, self.numerics.relax, self.viscosity,
            )  # fmt: skip
        self.filled_viscosity = np.where(self.viscosity > 0.0, self.viscosity, self.fresh_viscosity())
        transport.mobility(
            self.permeability.ravel(), flow.s.ravel(), self.filled_viscosity, self.draw.marrow_viscosity, True,
            self.conductivity.ravel(),
        )  # fmt: skip
        transport.faces(self.conductivity, self.bone.anisotropy, self.h, flow.tx, flow.ty, flow.tz)

    def fresh_viscosity(self) -> float:
        """Viscosity that stands in where no cement has been yet [Pa s]."""
        cement = self.cement
        age = min(self.syringe_age, cement.setting_age)
        viscosity = cement_kernels.paste_viscosity(
            age, 1.0, cement.consistency, cement.reference_age, cement.e_folding, cement.index_fresh,
            cement.index_doughy, cement.plateau_rate, cement.setting_age, v.STIFFEST.number, self.choices.cement_thins,
        )  # fmt: skip
        return max(float(viscosity), 1e-3)

    def mouth_conductances(self) -> tuple[FloatArray, FloatArray]:
        """Conductance [m^3 s^-1 Pa^-1] and far pressure [Pa] of each mouth, with its plug and its marrow's yield."""
        mouths = self.mouths
        s = np.clip(self.flow.s.ravel()[mouths.cell], 0.0, 1.0)
        mu, mu_marrow = self.filled_viscosity[mouths.cell], self.draw.marrow_viscosity
        mobility = 1.0 / (s * mu + (1.0 - s) * mu_marrow)
        cement_share = s * s / (s * s + mu / mu_marrow * (1.0 - s) ** 2)
        seeping = mouths.outlet < 0
        mobility = np.where(seeping, (1.0 - s) ** 2 / mu_marrow, mobility)
        near = mouths.index * mobility
        tube = np.zeros(len(near))
        far = np.full(len(near), self.venous())
        for number, plug in enumerate(self.plugs):
            mine = mouths.outlet == number
            r = plug.resistance(
                self.outlet_flow[number], self.cement, BLOOD_VISCOSITY.number, self.choices.cement_thins
            )
            drop = self.outlet_pressure[number] - plug.outlet.pressure
            r /= widened(plug.outlet, drop, self.choices.area_compliance)
            tube[mine] = r / mouths.share[mine]
            far[mine] += plug.outlet.pressure - self.draw.outlet_pressure
        if self.choices.marrow_yields:
            far += self.draw.marrow_yield * (1.0 - np.where(seeping, 0.0, cement_share))
        with np.errstate(divide="ignore"):
            return np.where(near > 0.0, 1.0 / (1.0 / np.maximum(near, 1e-300) + tube), 0.0), far

    def solve(self, rate: float, opening: int) -> tuple[FloatArray, FloatArray]:
        """Solve the bone's pressure for a flow at the tip; returns the flow out of each mouth and its far pressure."""
        flow = self.flow
        self.update_conductances()
        conductance, far = self.mouth_conductances()
        cells, share = self.openings[opening]
        at = self.flat_index[tuple(cells.T)]
        bound = self.numerics.tolerance * rate / math.sqrt(len(at))
        for attempt in range(6):
            if not np.any(self.open & (conductance > 0.0)):
                self.open[:] = True
            g = np.where(self.open, conductance, 0.0)
            flow.sink[...] = 0.0
            flow.push[...] = 0.0
            np.add.at(flow.sink.ravel(), self.mouths.cell, g)
            np.add.at(flow.push.ravel(), self.mouths.cell, g * far)
            np.add.at(flow.push.ravel(), at, rate * share)
            solved = flow.solve(bound, when=self.time)
            self.iterations += solved.iterations
            self.steps += 1
            p = flow.p.ravel()[self.mouths.cell]
            out = g * (p - far)
            should = p > far
            wrong = (self.open != should) & (conductance > 0.0)
            if not np.any(wrong & (np.abs(conductance * (p - far)) > 1e-3 * rate)) or attempt == 5:
                break
            self.open = should
        self.tip = float((flow.p.ravel()[at] * share).sum())
        self.back = float(np.average(far, weights=np.maximum(g, 1e-300)))
        self.resistance = max(self.tip - self.back, 0.0) / rate
        return np.maximum(out, 0.0), far

    def carry(self, dt: float, rate: float, opening: int, out: FloatArray, entering: tuple[float, float]) -> None:
        """Carry cement and heat for `dt`, and let the plugs take what leaves."""
        flow, mouths = self.flow, self.mouths
        source = np.zeros(flow.s.size)
        cells, share = self.openings[opening]
        at = self.flat_index[tuple(cells.T)]
        source[at] = rate * share
        sink_open, sink_marrow = np.zeros(flow.s.size), np.zeros(flow.s.size)
        seeping = mouths.outlet < 0
        np.add.at(sink_open, mouths.cell[~seeping], out[~seeping])
        np.add.at(sink_marrow, mouths.cell[seeping], out[seeping])
        ratio = self.filled_viscosity / self.draw.marrow_viscosity
        flow.active = np.union1d(flow.active, at).astype(np.int32)
        before = flow.s.ravel().copy()
        visited, export = flow.carry(
            dt, self.numerics.n_sub, source=source, sink_open=sink_open, sink_marrow=sink_marrow,
            pore=self.pore, ratio=ratio, tracer=self.age, tracer_source=np.array([entering[0]]),
            heat=self.temperature, heat_source=entering[1], heat_pore=self.capacity(),
            heat_cement=self.heat_cement, heat_marrow=self.heat_marrow,
        )  # fmt: skip
        s = flow.s.ravel()
        newly = visited[(s[visited] >= 0.5) & (before[visited] < 0.5)]
        self.fill_time[newly] = np.minimum(self.fill_time[newly], self.time + 0.5 * dt)
        exported = np.zeros(flow.s.size)
        exported[visited] = export
        self._leave(exported, sink_open, out, dt)

    def _leave(self, exported: FloatArray, sink_open: FloatArray, out: FloatArray, dt: float) -> None:
        mouths, count = self.mouths, len(self.plugs)
        leaving = np.zeros(len(mouths.cell))
        flowing = (mouths.outlet >= 0) & (out > 0.0)
        cell = mouths.cell[flowing]
        leaving[flowing] = exported[cell] * out[flowing] / sink_open[cell]
        flows, ages, temperatures, viscosities = (np.zeros(count) for _ in range(4))
        total = np.zeros(count)
        np.add.at(total, mouths.outlet[flowing], out[flowing])
        for number, plug in enumerate(self.plugs):
            mine = flowing & (mouths.outlet == number)
            volume = float(leaving[mine].sum())
            cells = mouths.cell[mine]
            if cells.size:
                weights = leaving[mine] / volume if volume > 0.0 else np.full(cells.size, 1.0 / cells.size)
                ages[number] = self.age[0][cells] @ weights
                temperatures[number] = self.temperature[cells] @ weights
                self.outlet_pressure[number] = self.flow.p.ravel()[cells] @ weights
            if volume > 0.0:
                plug.enter(volume, ages[number], temperatures[number])
                viscosities[number] = tube_viscosity(
                    self.cement, ages[number], total[number], plug.outlet.radius, self.choices.cement_thins
                )
            flows[number] = volume / dt
        self.outlet_flow = total
        self.record.flow.append(flows)
        self.record.age.append(ages)
        self.record.temperature.append(temperatures)
        self.record.viscosity.append(viscosities)

    def warm_and_age(self, dt: float) -> None:
        """Conduct heat, release that of setting, let all cement grow older."""
        flow, cement, choices = self.flow, self.cement, self.choices
        cells = flow.active
        self.heating[...] = 0.0
        if choices.cement_ages and cells.size:
            was = self.age[0][cells].copy()
            cement_kernels.grow_older(
                cells, dt, self.temperature, cement.paste_age, cement.activation_early / GAS_CONSTANT,
                cement.activation_late / GAS_CONSTANT, cement.batch, self.age[0],
            )  # fmt: skip
            start = v.SETTING_BEGINS.number * cement.setting_age
            stop = v.SETTING_ENDS.number * cement.setting_age
            share = (np.clip(self.age[0][cells], start, stop) - np.clip(was, start, stop)) / (stop - start)
            held = flow.s.ravel()[cells] * self.pore.ravel()[cells]
            self.heating.ravel()[cells] = share * held * cement.heat_of_setting / dt
        capacity = self.capacity()
        conductance = BONE_CONDUCTIVITY.number * self.h
        n_steps = max(1, math.ceil(6.0 * conductance * dt / (0.9 * float(capacity.min()))))
        field_ = self.temperature.reshape(flow.s.shape)
        cement_kernels.conduct(n_steps, dt / n_steps, conductance, capacity, self.heating, self.work, field_)
        self.peak = max(self.peak, float(self.temperature.max()))
        diffusivity = cement.conductivity / self.heat_cement
        for plug in self.plugs:
            plug.grow_older(dt, cement, diffusivity, choices.plugs_age and choices.cement_ages)
        for cannula in self.cannulas:
            if choices.cement_ages:
                cannula.grow_older(dt, cement)
        if choices.cement_ages:
            self.syringe_age = older(cement, self.syringe_age, dt, self.treatment.syringe_temperature)

    def step(self, dt: float, rate: float, needle: int) -> float:
        """Advance by at most `dt` with the plunger at `rate`; returns the plunger's volume."""
        cannula = self.cannulas[needle]
        tip_rate, plunger_rate = self.plunger.advance(
            rate, dt, cannula, self.cement, self.resistance, self.back, self.choices.cement_thins
        )
        self.tip_rate = tip_rate
        if tip_rate > SLOWEST:
            entering = cannula.push(tip_rate * dt, self.syringe_age, self.treatment.syringe_temperature)
            out, _ = self.solve(tip_rate, needle)
            self.carry(dt, tip_rate, needle, out, entering)
            self.injected += tip_rate * dt
        else:
            self._rest()
        self.warm_and_age(dt)
        self.time += dt
        self._note()
        return plunger_rate * dt

    def _rest(self) -> None:
        """Nothing flows: pressure falls to that of the veins."""
        self.tip = self.back = self.venous()
        self.flow.p[...] = self.back
        zero = np.zeros(len(self.plugs))
        self.outlet_flow = zero
        for series in (self.record.flow, self.record.age, self.record.temperature, self.record.viscosity):
            series.append(zero)

    def _note(self) -> None:
        record = self.record
        record.times.append(self.time)
        record.injected.append(self.injected)
        record.leaked.append(sum(plug.through for plug in self.plugs))
        record.plunger.append(self.plunger.pressure)
        record.tip.append(self.tip)
        record.sensor.append(float(self.flow.p.ravel()[self.sensor]))
        self._watch()

    def _watch(self) -> None:
        """Let the operator see a leak, if this operator does."""
        operator = self.treatment.operator
        if not operator.stops_on_seen_leak or self.seen_at is not None:
            return
        for plug in self.plugs:
            if plug.outlet.rest is Rest.CANAL:
                sees = operator.sees_canal
            elif plug.outlet.route.vascular:
                sees = operator.sees_vascular
            else:
                sees = operator.sees_other
            if sees > 0.0 and plug.through >= operator.visible_volume:
                self.seen_at = self.time

    def told_to_stop(self) -> bool:
        """Whether the operator has seen a leak and has had the time to react."""
        return self.seen_at is not None and self.time >= self.seen_at + self.treatment.operator.delay

    def step_length(self, rate: float) -> float:
        """A step that injects little beside what is there [s]."""
        n = self.numerics
        volume = min(max(n.first_volume, n.growth * self.injected), n.most_volume)
        return min(volume / max(rate, 1e-15), n.longest)

    def push(self, portion: Portion) -> None:
        """Carry out one push of the plunger."""
        done, started = 0.0, self.time
        limit = 3.0 * portion.volume / portion.rate + 10.0
        while done < portion.volume * (1.0 - 1e-9):
            if self.told_to_stop():
                self.stopped = "leak seen"
                return
            # at the ceiling far less flows than the plan says: step by what flows
            held = self.plunger.pressure >= 0.99 * self.plunger.ceiling
            flowing = max(self.tip_rate, 0.02 * portion.rate) if held else portion.rate
            dt = min(self.step_length(flowing), (portion.volume - done) / portion.rate)
            moved = self.step(dt, portion.rate, portion.needle)
            done += moved
            if self.cannulas[portion.needle].blocked(self.cement):
                self.stopped = "cement set in the needle"
                return
            if self.time - started > limit:
                self.stopped = "pressure ceiling reached, portion cut"
                return

    def wait(self, duration: float, needle: int) -> None:
        """Let go of the plunger for `duration`; squeezed air goes on pushing."""
        left = duration
        while left > 1e-9:
            flowing = self.plunger.gives and self.plunger.pressure > self.back + 1.0
            dt = min(left, max(0.5, self.step_length(self.tip_rate)) if flowing else self.numerics.longest)
            self.step(dt, 0.0, needle)
            left -= dt


def inject(
    bone: Bone,
    treatment: Treatment,
    draw: Draw,
    *,
    choices: Choices | None = None,
    numerics: Numerics | None = None,
    sensor: FloatArray | None = None,
    progress: Callable[[float], None] | None = None,
) -> Injection:
    """Inject one vertebra.

    Cement and marrow move as two immiscible fluids through a rigid porous bone (Darcy), cement
    with its own age, temperature and shear-dependent viscosity; outlets are wells with growing plugs.

    Parameters
    ----------
    bone : Bone
        One draw of the bone.
    treatment : Treatment
        Needles, portions, cement, syringe, operator.
    draw : Draw
        Marrow, venous pressure and what else the fields do not hold.
    choices : Choices, optional
        Which mechanisms act.
    numerics : Numerics, optional
        How finely to compute.
    sensor : ndarray, shape (3,), optional
        LPS place of a pressure sensor in bone [m]; the middle of the body if not given.
    progress : callable, optional
        Told the share done after each portion.

    Returns
    -------
    injection : Injection

    Raises
    ------
    DidNotConverge
        If a pressure or a saturation could not be found.
    AccountError
        If more than a millionth of the cement's mass is unaccounted for.
    """
    choices, numerics = choices or Choices(), numerics or Numerics()
    shape = bone.vertebra.inside.shape
    bone, window = cropped(bone)
    middle = bone.vertebra.to_lps(np.argwhere(bone.vertebra.inside).mean(axis=0))
    run = _Run(bone, treatment, draw, choices, numerics, middle if sensor is None else sensor)
    needle = treatment.portions[0].needle if treatment.portions else 0
    require(bool(treatment.portions), f"{treatment.level}: the plan has no portions; give at least one push")
    for number, portion in enumerate(treatment.portions):
        needle = portion.needle
        if portion.wait > 0.0:
            run.wait(portion.wait, needle)
        else:
            run.push(portion)
        if progress is not None:
            progress((number + 1) / len(treatment.portions))
        if run.stopped in ("leak seen", "cement set in the needle"):
            break
    run.wait(v.RUN_ON.number, needle)
    return _finish(run, shape, window)


def cropped(bone: Bone) -> tuple[Bone, tuple[slice, slice, slice]]:
    """The same bone on the smallest grid that holds it, and where that lies in its own."""
    vertebra = bone.vertebra
    cells = np.argwhere(vertebra.inside)
    low, high = cells.min(axis=0), cells.max(axis=0) + 1
    window = (slice(low[0], high[0]), slice(low[1], high[1]), slice(low[2], high[2]))
    smaller = replace(
        vertebra,
        origin=vertebra.to_lps(low.astype(np.float64)),
        inside=vertebra.inside[window],
        bone_fraction=vertebra.bone_fraction[window],
        cleft=vertebra.cleft[window],
    )
    return (
        replace(
            bone,
            vertebra=smaller,
            porosity=bone.porosity[window],
            permeability=bone.permeability[window],
            cavity=bone.cavity[window],
            outlets=tuple(replace(outlet, mouth=outlet.mouth - low) for outlet in bone.outlets),
        ),
        window,
    )


def _finish(run: _Run, shape: tuple[int, ...], window: tuple[slice, slice, slice]) -> Injection:
    vertebra, flow, record = run.bone.vertebra, run.flow, run.record
    density = run.cement.density_paste
    kept = float((flow.s * run.pore).sum())
    leaked = sum(plug.through for plug in run.plugs)
    account = Account(room="spine", received=run.injected * density, kept=kept * density, passed_on=leaked * density)

    def on_grid(padded: FloatArray, outside: float) -> np.ndarray:
        whole = np.full(shape, outside)
        whole[window] = flow.inner(padded.reshape(flow.s.shape))
        return whole

    s = on_grid(flow.s, 0.0)
    return Injection(
        level=vertebra.level,
        times=np.array(record.times),
        injected=np.array(record.injected),
        leaked=np.array(record.leaked),
        plunger_pressure=np.array(record.plunger),
        tip_pressure=np.array(record.tip),
        sensor_pressure=np.array(record.sensor),
        fill=s * on_grid(run.porosity, 1.0),
        fill_time=on_grid(run.fill_time, np.inf),
        temperature=on_grid(run.temperature, BODY_TEMPERATURE.number),
        age=np.where(s > 0.0, on_grid(run.age[0], np.nan), np.nan),
        leaks=tuple(_leak(run, number, plug.outlet, plug) for number, plug in enumerate(run.plugs)),
        account=account,
        stopped=run.stopped,
        peak_temperature=run.peak,
        steps=run.steps,
        iterations=run.iterations,
    )


def _leak(run: _Run, number: int, outlet: Outlet, plug: Plug) -> Leak:
    record = run.record
    return Leak(
        outlet=outlet.name,
        level=run.treatment.level,
        route=outlet.route,
        rest=outlet.rest,
        times=np.array(record.times),
        flow=np.array([f[number] for f in record.flow]),
        age=np.array([a[number] for a in record.age]),
        temperature=np.array([t[number] for t in record.temperature]),
        viscosity=np.array([v[number] for v in record.viscosity]),
        volume=plug.through,
        plug_length=plug.length,
        radius=outlet.radius,
    )
