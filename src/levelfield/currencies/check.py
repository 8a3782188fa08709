"""A scheme of one's own, held against all that can be known of it before it groups anything."""

from pathlib import Path

from levelfield.core.errors import DefinitionError, EngineError
from levelfield.currencies.grouper import group_example
from levelfield.currencies.scheme import Scheme, load_scheme
from levelfield.engine import Engine


def check_scheme(engine: Engine, folder: Path) -> Scheme:
    """The scheme in a folder, which makes sense and whose examples hold on the engine.

    Leaves the rows of its last example on the engine. Raises DefinitionError as `load_scheme` does,
    and for all examples that do not hold: the file, each row, what it expects and what was found.
    """
    scheme = load_scheme(folder)
    file = folder / scheme.examples
    wrong = []
    for example in scheme.worked:
        where = f"{file}: the example '{example.title}'"
        try:
            found = group_example(engine, scheme, example, where)
        except EngineError as error:
            raise DefinitionError(
                f"{where} cannot be grouped: {str(error).rstrip('.')}. Look in "
                f"{folder / 'scheme.yaml'} for a condition that takes a text for a number or a day."
            ) from None
        if found:
            wrong.append(f"the example '{example.title}', {'; '.join(found)}")
    if wrong:
        raise DefinitionError(
            f"{file}: {'. And '.join(wrong)}. Correct what the example expects, or the rows of the "
            "decision tables."
        )
    return scheme
