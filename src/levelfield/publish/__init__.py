"""Publish: results → a static site that needs no network and no scripts.

`publish(data, out)` writes the site, `export(data, out)` the public values for other programs;
`SiteData` is what both are made from.
"""

from levelfield.publish.check_data import CheckData, CostedFinding
from levelfield.publish.export import Exported, export
from levelfield.publish.folder import refuse_other
from levelfield.publish.site import PublishResult, publish
from levelfield.publish.site_data import Changed, Finding, SiteData

__all__ = [
    "Changed",
    "CheckData",
    "CostedFinding",
    "Exported",
    "Finding",
    "PublishResult",
    "SiteData",
    "export",
    "publish",
    "refuse_other",
]
