"""Publish: results → a static site that needs no network and no scripts.

`publish(data, out)` writes the site; `SiteData` is what it is made from.
"""

from levelfield.publish.check_data import CheckData, CostedFinding
from levelfield.publish.folder import refuse_other
from levelfield.publish.site import PublishResult, publish
from levelfield.publish.site_data import Finding, SiteData

__all__ = [
    "CheckData",
    "CostedFinding",
    "Finding",
    "PublishResult",
    "SiteData",
    "publish",
    "refuse_other",
]
