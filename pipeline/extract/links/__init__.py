"""Join the documents of a batch by what they tell of each other.

    traces = [trace(document) for document in evidence]    # one at a time, with pages; small enough to keep
    verdicts = link_batch(traces)                          # of pipeline.decision: join(traces, weigh_number)
    document = with_verdict(document, verdicts[0])         # fields and records; texts stay as read

Evidence stays as it was read: what a verdict changed is kept beside it (`pipeline.export.batch_verdicts`), so
the same documents always give the same verdicts. `link` does all of it for documents in memory.
"""

from pipeline.extract.links.join import join, link
from pipeline.extract.links.trace import Trace, trace
from pipeline.extract.links.verdicts import Verdict, with_verdict

__all__ = ["Trace", "Verdict", "join", "link", "trace", "with_verdict"]
