"""What a licence of training data lets one do with a model trained on it."""

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
