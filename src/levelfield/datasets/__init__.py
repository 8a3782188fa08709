"""The contract: the data set's tables, fields, codes and submission windows as objects."""

from levelfield.datasets.contract import Code, DataSet, Field, Table, load_dataset, snake

__all__ = ["Code", "DataSet", "Field", "Table", "load_dataset", "snake"]
