"""The order of the rooms: load, build, pay, publish, and all of it as a demonstration."""

from levelfield.pipeline.build import Built, build
from levelfield.pipeline.check import check
from levelfield.pipeline.check_files import refuse_report_folder, write_report
from levelfield.pipeline.demo import Demo
from levelfield.pipeline.load import Loaded, load, register_lookups
from levelfield.pipeline.site import publish_site, site_data
from levelfield.pipeline.statements import find_contract, keep_shadow, keep_statement

__all__ = [
    "Built",
    "Demo",
    "Loaded",
    "build",
    "check",
    "find_contract",
    "keep_shadow",
    "keep_statement",
    "load",
    "publish_site",
    "refuse_report_folder",
    "register_lookups",
    "site_data",
    "write_report",
]
