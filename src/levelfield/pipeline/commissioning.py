"""Reviews of block contracts and guards before signature, found and kept in a home."""

import shutil
from pathlib import Path

from levelfield import payment
from levelfield.commissioning import before_signature, block_review
from levelfield.core.errors import ContractError, LevelfieldError
from levelfield.core.folders import fresh_folder
from levelfield.home import Home

REVIEWS, GUARDS = "reviews", "guards"
"""Where a home keeps them: a folder each, by contract."""

CONTRACT, NOTES = "contract.yaml", "notes.yaml"
"""What a review was made from, beside its files."""


def ask_review(home: Home, contract: Path) -> None:
    """Keep a contract whose block is to be taken apart whenever the site is written; `keep_review`
    adds the files."""
    with fresh_folder(home.path / REVIEWS / payment.load_contract(contract).id) as folder:
        shutil.copyfile(contract, folder / CONTRACT)


def keep_review(
    home: Home, contract: Path, made: block_review.Review, notes: Path | None = None
) -> Path:
    """Write a review's files into `reviews/<contract>` of the home, with copies of the contract and
    of the notes that it was made from; returns that folder.

    The folder takes the place of an earlier one when all of its files are written.
    """
    final = home.path / REVIEWS / made.contract.id
    with fresh_folder(final) as folder:
        block_review.write_files(made, folder)
        shutil.copyfile(contract, folder / CONTRACT)
        if notes is not None:
            shutil.copyfile(notes, folder / NOTES)
    return final


def kept_reviews(home: Home) -> tuple[list[block_review.Review], list[str]]:
    """The reviews that are kept in this home, made again from what it holds now; and the folders of
    those that cannot be made today."""
    found, left = [], []
    for file in sorted((home.path / REVIEWS).glob(f"[!.]*/{CONTRACT}")):
        notes = file.with_name(NOTES)
        try:
            noted = block_review.load_notes(notes) if notes.exists() else None
            found.append(home.review(payment.load_contract(file), noted))
        except LevelfieldError:
            left.append(file.parent.relative_to(home.path).as_posix())
    return found, left


def keep_guards(home: Home, made: before_signature.Guards) -> Path:
    """Write a report on a proposal into `guards/<contract>` of the home, as `keep_review` does."""
    final = home.path / GUARDS / made.contract.id
    with fresh_folder(final) as folder:
        before_signature.write_files(made, folder)
    return final


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
