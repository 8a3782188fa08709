"""levelfield: from a provider's monthly submission to a fair price and a defensible decision."""

__version__ = "0.1.0"
