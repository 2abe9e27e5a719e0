"""`python -m insitu` is the command `insitu`."""

import sys

from .cli import main

sys.exit(main())
