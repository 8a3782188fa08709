"""What is asked of a contract: of a block that runs, and of a proposal before it is signed."""
