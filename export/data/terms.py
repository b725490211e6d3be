"""What a licence of training data lets one do with a model trained on it."""

import re
from typing import Literal

Terms = Literal["permissive", "copyleft", "restricted"]
PERMISSIVE: Terms = "permissive"
COPYLEFT: Terms = "copyleft"
RESTRICTED: Terms = "restricted"
#: From the freest to the least free: data is as free as the least free of its parts.
ORDER: tuple[Terms, ...] = (PERMISSIVE, COPYLEFT, RESTRICTED)
MEANING: dict[Terms, str] = {
    "permissive": "free for any use",
    "copyleft": "free for any use; a copy or adaptation of the data itself stays under the GPL",
    "restricted": "training and measuring only, no licence for anything else is known",
}
_ON_FROM = re.compile(r"\s*Trained on from \S+: ")
_FREE = re.compile(r"(Weights|Data): free for any use[.,;]")


def terms_of(licence: str) -> Terms:
    """What the licence in a model's file lets one do, with that of the models that it was trained
    on from: the least of these. RESTRICTED where it is not known to be free."""
    return max((_terms_of(one) for one in _ON_FROM.split(licence)), key=ORDER.index)


def _terms_of(licence: str) -> Terms:
    if licence.startswith(f"Data: {MEANING[COPYLEFT]}"):
        return COPYLEFT
    return PERMISSIVE if _FREE.match(licence) else RESTRICTED
