"""The checks that follow from the contract, and what they settle for each row."""
