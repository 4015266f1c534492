"""The three ways a run can fail, and whose turn it is then."""


class AzygosError(Exception):
    """Base of all errors that azygos raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 4


class InputError(AzygosError):
    """The user's to fix: says what was met, what is possible and what to do."""

    exit_code = 2


class DidNotConverge(AzygosError):
    """The solver's: says the step, the residual and the last good time."""

    exit_code = 3


class AccountError(AzygosError):
    """Ours: mass that came into a room is not what the room says it kept and passed on."""

    exit_code = 4


def require(condition: bool, message: str, error: type[AzygosError] = InputError) -> None:
    """Raise `error` with `message` unless `condition` holds.

    Examples
    --------
    >>> require(1 + 1 == 2, "arithmetic is broken")
    """
    if not condition:
        raise error(message)
