"""A site never takes the place of anything but a site, whatever the path looks like."""

from pathlib import Path

import pytest

from levelfield.core.errors import UsageError
from levelfield.publish.folder import new_folder, refuse_other


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    """A folder that is somebody's work."""
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work")
    return folder


@pytest.mark.parametrize(
    "path", ["thesis", "none/../thesis", "none/deeper/../../thesis", "link", "thesis/../thesis"]
)
def test_a_folder_that_is_no_site_stays(tmp_path: Path, thesis: Path, path: str) -> None:
    (tmp_path / "link").symlink_to(thesis)
    with pytest.raises(UsageError, match="something else"):
        refuse_other(tmp_path / path)
    with pytest.raises(UsageError, match="something else"), new_folder(tmp_path / path, "site"):
        pass
    assert (thesis / "chapter.txt").read_text() == "years of work"
    assert not (tmp_path / "none").exists()


def test_what_appears_while_the_site_is_made_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    with pytest.raises(UsageError, match="something else"), new_folder(out, "site"):  # noqa: PT012
        out.mkdir()
        (out / "chapter.txt").write_text("years of work")
    assert [path.name for path in out.iterdir()] == ["chapter.txt"]


def test_a_site_is_replaced(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with new_folder(tmp_path / "none" / ".." / "site", "site") as folder:
            (folder / "index.html").write_text(text)
    assert (tmp_path / "site" / "index.html").read_text() == "second"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
