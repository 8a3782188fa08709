"""Reviews of block contracts and guards before signature, found and kept in a home."""

import shutil
from collections.abc import Callable
from pathlib import Path

from levelfield import payment
from levelfield.commissioning import before_signature, block_review
from levelfield.core.errors import ContractError
from levelfield.home import Home

REVIEWS, GUARDS = "reviews", "guards"
"""Where a home keeps them: a folder each, by contract."""

CONTRACT, NOTES = "contract.yaml", "notes.yaml"
"""What a review was made from, beside its files."""


def keep_review(
    home: Home, contract: Path, made: block_review.Review, notes: Path | None = None
) -> Path:
    """Write a review's files into `reviews/<contract>` of the home, with copies of the contract and
    of the notes that it was made from; returns that folder.

    The folder takes the place of an earlier one when all of its files are written.
    """

    def write(folder: Path) -> None:
        block_review.write_files(made, folder)
        shutil.copyfile(contract, folder / CONTRACT)
        if notes is not None:
            shutil.copyfile(notes, folder / NOTES)

    return _keep(home.path / REVIEWS / made.contract.id, write)


def kept_reviews(home: Home) -> list[block_review.Review]:
    """The reviews that are kept in this home, made again from what it holds now.

    Raises as `Home.review` does.
    """
    found = []
    for file in sorted((home.path / REVIEWS).glob(f"[!.]*/{CONTRACT}")):
        notes = file.with_name(NOTES)
        noted = block_review.load_notes(notes) if notes.exists() else None
        found.append(home.review(payment.load_contract(file), noted))
    return found


def keep_guards(home: Home, made: before_signature.Guards) -> Path:
    """Write a report on a proposal into `guards/<contract>` of the home, as `keep_review` does."""
    return _keep(
        home.path / GUARDS / made.contract.id,
        lambda folder: before_signature.write_files(made, folder),
    )


def find_register(contract: Path, named: Path | None, id_: str) -> before_signature.Register:
    """The register of a proposal: the file that was named, else the one beside the contract.

    That is called as the contract's file, with `.register.yaml` in the place of `.yaml`. Raises
    ContractError when there is none.
    """
    file = named or contract.with_suffix(".register.yaml")
    if not file.is_file():
        raise ContractError(
            f"{file}: there is no register of the proposal. Write one (an empty one holds the one "
            f"line 'contract: {id_}'), or name it with --register."
        )
    return before_signature.load_register(file, id_)


def _keep(folder: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a new folder, then put it in the place of `folder`."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        write(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder
