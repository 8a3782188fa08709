"""Other people's statistics: what NHS England has counted and published, as values.

`published_datasets()` describes what there is, `load_published(id)` gives the values, and
`organisation_names()` names their organisations. Nothing here is counted by us.
"""

from levelfield.published.dataset import (
    PublishedDataset,
    Refusal,
    Series,
    published_dataset,
    published_datasets,
)
from levelfield.published.organisations import Organisation, organisation_names, organisations
from levelfield.published.values import load_published

__all__ = [
    "Organisation",
    "PublishedDataset",
    "Refusal",
    "Series",
    "load_published",
    "organisation_names",
    "organisations",
    "published_dataset",
    "published_datasets",
]
