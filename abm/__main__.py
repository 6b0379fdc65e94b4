"""``python -m abm`` is the same as ``abm``."""

import sys

from abm.cli import main

if __name__ == "__main__":
    sys.exit(main())
