"""Words that every output of a review says."""

PARTY = (
    "Findings are questions to answer, never accusations. For the parties to this contract; not "
    "for publication, and not an official statistic. Of simulated organisations they are "
    "illustrative."
)
