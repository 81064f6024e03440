"""What is to be done for jobs that nobody has begun: told by what their menus saw of the files."""

from collections.abc import Mapping, Sequence

from bot.dialog.forecast import Forecast
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.model import Job
from converter.planning.plan import Plan


class DraftOutlook:
    """See bot.jobs.house.estimates.Outlook. What is known of a job doesn't change: it is looked for
    once."""

    def __init__(self, drafts: DraftStore, forecast: Forecast) -> None:
        self._drafts = drafts
        self._forecast = forecast
        self._known: dict[str, Plan | None] = {}

    async def plans(self, waiting: Sequence[Job]) -> Mapping[str, Plan]:
        """The plans of those of these jobs that were looked at, by their ids. May raise
        StorageError."""
        new = [job for job in waiting if job.id not in self._known]
        seen = await self._drafts.seen({job.origin for job in new if job.origin})
        found = {job.id: self._forecast.plan(seen.get(job.origin), job) for job in new}
        both = self._known | found
        self._known = {job.id: both[job.id] for job in waiting}
        return {job_id: plan for job_id, plan in self._known.items() if plan is not None}
