"""When the right ventricle fails: contractility beyond the load that it bears."""

from __future__ import annotations

from azygos.values.circulation import FAILURE_SHARPNESS


def contractility(ratio: float, *, limit: float, steepness: float) -> float:
    r"""Contractility of the right ventricle under a raised resistance, over that at rest.

    An unprepared right ventricle meets about twice its afterload without harm; beyond a limit its wall is no
    longer fed and each beat weakens it, so pressure stops rising and output collapses:

    .. math:: \kappa(\rho) = \left[\frac{1+(1/\rho_l)^m}{1+(\rho/\rho_l)^m}\right]^{k/m}

    Parameters
    ----------
    ratio : float
        :math:`\rho`, of the lungs' resistance over that at rest, at least 1 [-].
    limit : float
        :math:`\rho_l`, where it begins to fail [-].
    steepness : float
        :math:`k`, power with which it falls well beyond the limit [-].

    Returns
    -------
    share : float
        1 at rest [-].

    Notes
    -----
    The limit is drawn per patient so that it lies at 55 to 70 % of flow lost and agrees with the coupling at which
    pigs' output and stroke work part. Recovery is taken to be as quick as the load's; stunning for minutes is
    left out, and so is the thickened ventricle of long-standing disease.

    References
    ----------
    Axell et al. (2017), PMC5392517; Gerges et al. (2014), PMC4278597 (abstracts). The form is assumed.

    Examples
    --------
    >>> contractility(1.0, limit=3.0, steepness=1.5)
    1.0
    >>> [round(contractility(r, limit=3.0, steepness=1.5), 2) for r in (2.0, 3.0, 6.0)]
    [0.98, 0.84, 0.35]
    """
    sharp = FAILURE_SHARPNESS.number
    rest = 1.0 + (1.0 / limit) ** sharp
    return float((rest / (1.0 + (ratio / limit) ** sharp)) ** (steepness / sharp))
