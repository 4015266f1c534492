"""``python -m azygos``."""

import sys

from azygos.cli import main

if __name__ == "__main__":
    sys.exit(main())
