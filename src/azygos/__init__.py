"""azygos follows bone cement from the needle to the lung. Research use only: not a medical device."""

__version__ = "0.1.0"
