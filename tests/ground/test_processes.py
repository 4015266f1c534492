"""Processes of this machine: a Ctrl-C that Python would drop is heeded."""

from __future__ import annotations

import signal

import pytest

from azygos.ground.processes import heeding_ctrl_c


class Dropping:
    """Ctrl-C is pressed while it is finalized, where Python drops what is raised."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ctrl_c_in_a_finalizer_is_heeded():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores Ctrl-C
    try:
        with heeding_ctrl_c() as heed:
            Dropping()
            with pytest.raises(KeyboardInterrupt):
                heed()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
