"""One page to look at: what a folder of tables holds, how sure it is, and what is left to do."""

from pipeline.report.page import REPORT, write_report
from pipeline.report.running import Duration

__all__ = ["REPORT", "Duration", "write_report"]
