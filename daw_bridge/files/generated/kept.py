"""Whether a folder already holds what would be generated: `generate --resume`."""

from __future__ import annotations

from daw_bridge.files.generated.plan import GenerationPlan
from daw_bridge.files.generated.request import DEFAULTS
from daw_bridge.files.generated.running import recipe_of
from daw_bridge.files.record import difference, read_record
from daw_bridge.files.resume import OnProgress, changed


def unfinished(planned: GenerationPlan, progress: OnProgress) -> str:
    """Why the parts have to be made (again); "" where the folder holds those asked for.

    Raises BadFile, BadRecord, Cancelled.
    """
    record = read_record(planned.folder)
    if record is None:
        return "there is no record of it"
    if not record.complete:
        return "the last run was broken off while it replaced files"
    if reason := difference(record.recipe, recipe_of(planned, progress), dict(DEFAULTS)):
        return reason
    for one in record.files:
        path = planned.folder / one.file
        if reason := changed(path, one, record, planned.form, progress):
            return reason
    return ""
