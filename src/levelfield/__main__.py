"""`python -m levelfield` is the command `levelfield`."""

from levelfield.cli import run

if __name__ == "__main__":
    run()
