"""One batch of a named cement, as one draw has it, and its state when the injection starts."""

from __future__ import annotations

from azygos.spine.ageing import age_at_start, temperature_at_start
from azygos.spine.draw import Draw
from azygos.spine.rheology import viscosity
from azygos.spine.treatment import Cement
from azygos.values.cements import MIXED_TIME_CONSTANT, PACK_TIME_CONSTANT, NamedCement, cement_named

INDEX_RANGE = (0.15, 1.0)  # outside it the paste would be a solid, or thicken when sheared


def mix_cement(cement: str | NamedCement, draw: Draw) -> Cement:
    """Make one batch of a named cement.

    The record says what is typical, the draw how this batch departs from it.

    Parameters
    ----------
    cement : str or NamedCement
        A name of ``azygos.values.cements.CEMENTS`` or a record.
    draw : Draw
        Factors on consistency and e-folding time, a shift of the index, the batch's speed
        of ageing and the activation energies.

    Returns
    -------
    cement : Cement
        SI.

    Raises
    ------
    InputError
        If no cement has that name.

    Notes
    -----
    The index stays within 0.15 and 1 after the shift. Setting and paste ages are the
    record's; the batch moves them in clock time.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> draw = SimpleNamespace(cement_consistency_factor=2.0, cement_e_folding_factor=1.0, cement_index_shift=0.0,
    ...                        cement_batch=1.0, activation_early=60e3, activation_late=44.4e3)
    >>> mix_cement("kyphon_hv_r", draw).consistency
    1000.0
    """
    record = cement_named(cement) if isinstance(cement, str) else cement
    return Cement(
        name=record.name,
        consistency=record.consistency.number * draw.cement_consistency_factor,
        reference_age=record.reference_age.number,
        e_folding=record.e_folding.number * draw.cement_e_folding_factor,
        index_fresh=_within(record.index_fresh.number + draw.cement_index_shift),
        index_doughy=_within(record.index_doughy.number + draw.cement_index_shift),
        plateau_rate=record.plateau_rate.number,
        setting_age=record.setting_age.number,
        paste_age=record.paste_age.number,
        activation_early=draw.activation_early,
        activation_late=draw.activation_late,
        batch=draw.cement_batch,
        density_paste=record.density_paste.number,
        density_set=record.density_set.number,
        heat_capacity=record.heat_capacity.number,
        conductivity=record.conductivity.number,
        heat_of_setting=record.heat_of_setting.number,
    )


def _within(index: float) -> float:
    return min(max(index, INDEX_RANGE[0]), INDEX_RANGE[1])


def state_at_start(
    cement: Cement,
    *,
    store_temperature: float,
    time_out: float,
    room_temperature: float,
    time_since_mixing: float,
) -> tuple[float, float]:
    """Age and temperature of a batch after its time in store, room and syringe.

    Parameters
    ----------
    cement : Cement
        The batch.
    store_temperature, room_temperature : float
        [K].
    time_out : float
        From leaving the store to mixing [s].
    time_since_mixing : float
        [s].

    Returns
    -------
    age : float
        Reduced time [s at 25 C].
    temperature : float
        [K].

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> draw = SimpleNamespace(cement_consistency_factor=1.0, cement_e_folding_factor=1.0, cement_index_shift=0.0,
    ...                        cement_batch=1.0, activation_early=44.4e3, activation_late=44.4e3)
    >>> batch = mix_cement("generic_high_viscosity", draw)
    >>> age, temperature = state_at_start(batch, store_temperature=293.15, time_out=0.0, room_temperature=293.15,
    ...                                   time_since_mixing=480.0)
    >>> round(age), round(temperature, 2)
    (354, 293.15)
    """
    temperature = temperature_at_start(
        store_temperature=store_temperature,
        time_out=time_out,
        room_temperature=room_temperature,
        time_since_mixing=time_since_mixing,
        pack_time_constant=PACK_TIME_CONSTANT.number,
        mixed_time_constant=MIXED_TIME_CONSTANT.number,
    )
    age = age_at_start(
        store_temperature=store_temperature,
        time_out=time_out,
        room_temperature=room_temperature,
        time_since_mixing=time_since_mixing,
        pack_time_constant=PACK_TIME_CONSTANT.number,
        mixed_time_constant=MIXED_TIME_CONSTANT.number,
        paste_age=cement.paste_age,
        activation_early=cement.activation_early,
        activation_late=cement.activation_late,
        batch=cement.batch,
    )
    return age, temperature


def cement_viscosity(cement: Cement, age: float, shear_rate: float) -> float:
    """Viscosity of a batch at an age and a shear rate.

    Parameters
    ----------
    cement : Cement
        The batch.
    age : float
        Reduced time [s at 25 C].
    shear_rate : float
        [s^-1], not negative.

    Returns
    -------
    viscosity : float
        [Pa s]; ``inf`` once set.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> draw = SimpleNamespace(cement_consistency_factor=1.0, cement_e_folding_factor=1.0, cement_index_shift=0.0,
    ...                        cement_batch=1.0, activation_early=60e3, activation_late=44.4e3)
    >>> batch = mix_cement("generic_high_viscosity", draw)
    >>> round(cement_viscosity(batch, 195.0, 1.0))
    499
    """
    return viscosity(
        age,
        shear_rate,
        consistency=cement.consistency,
        reference_age=cement.reference_age,
        e_folding=cement.e_folding,
        index_fresh=cement.index_fresh,
        index_doughy=cement.index_doughy,
        plateau_rate=cement.plateau_rate,
        setting_age=cement.setting_age,
    )
