"""Words that every output of a review says."""

from levelfield.datasets import TEAM_TYPES, load_dataset

PARTY = (
    "Findings are questions to answer, never accusations. For the parties to this contract; not "
    "for publication, and not an official statistic. Of simulated organisations they are "
    "illustrative."
)

NONE = "none"


def service(line: str) -> str:
    """The name of a service line: the label of its team type."""
    return "No team" if line == NONE else load_dataset().label(TEAM_TYPES, line)
