"""Whether this is the continuous integration, where what may not be skipped fails. One answer for all runners."""

import os


def in_ci(environment=os.environ):
    """True for CI with any value in the environment but none, 0 and false."""
    return environment.get("CI", "").lower() not in ("", "0", "false")
