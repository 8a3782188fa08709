"""The contract: the data set's tables, fields, codes and submission windows as objects."""

from levelfield.datasets.contract import (
    TEAM_TYPES,
    Code,
    DataSet,
    Field,
    Table,
    load_dataset,
    snake,
)

__all__ = ["TEAM_TYPES", "Code", "DataSet", "Field", "Table", "load_dataset", "snake"]
