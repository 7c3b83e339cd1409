"""The changes, as `src/changes` has them for Belleville."""
from . import added, altered, by_hand, models, postgresql, removed, renamed, rules  # noqa: F401
from .declare import ALL  # noqa: F401
