"""The records of an XML file, taken out of its tree while that grows: nested or flat."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet
from levelfield.intake.reading.xml_rows import MAX_FIELDS, MAX_REMEMBERED, GrowingTable, Texts
from levelfield.intake.reading.xml_stream import growing_tree

MAX_DEPTH = 12
"""Elements inside one another. The tables of the data set nest six deep."""
MAX_STRANGE = 20
"""So many names that are no table's are noted; more of them are not told apart."""

# Any text with an element next to it comes first, since that is quick to look for; what is told are
# those whose text is more than white space, and the outermost element when it holds text alone.
_beside_elements = etree.XPath(
    "text()[normalize-space()]/.. | ("
    "descendant::text()/preceding-sibling::*[1] | descendant::text()/following-sibling::*[1]"
    ")/../text()[normalize-space()]/.."
)
_attributes = etree.XPath("descendant::*/@*")

_Above = tuple[tuple[str, tuple[str, ...], Texts], ...]
"""The records around one, outermost first: table, fields and their texts as far as known."""


def local_name(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2].rpartition(":")[2]


@dataclass
class Taken:
    """What was taken from a file so far: its tables, whether any record stood inside another, and
    the lines where elements that are no table's began, by their names."""

    tables: dict[str, GrowingTable] = field(default_factory=dict)
    strange: dict[str, int] = field(default_factory=dict)
    nested: bool = False

    def table(self, name: str, where: str) -> GrowingTable:
        """The table of this name, begun where it has no record yet."""
        if name not in self.tables:
            self.tables[name] = GrowingTable(where)
        return self.tables[name]

    def join(self, after: "Taken", above: int) -> None:
        """Add what was taken from a piece further on, above which the file has so many lines.

        Raises SubmissionError when a table has more fields then than any has.
        """
        for name, table in after.tables.items():
            self.table(name, table.where).join(table, above)
        for name, line in after.strange.items():
            self.note_strange(name, line + above)
        self.nested = self.nested or after.nested

    def settled(self) -> "Taken":
        """The same with all records as columns, as another process can be given them."""
        self.tables = {name: table.settled() for name, table in self.tables.items()}
        return self

    def note_strange(self, name: str, line: int) -> None:
        if len(self.strange) < MAX_STRANGE:
            self.strange.setdefault(name, line)


def taken_from(start: bytes, parts: Iterable[bytes], where: str, dataset: DataSet) -> Taken:
    """What a document holds, given as to `growing_tree`; raises SubmissionError as that does, and
    for values in attributes or beside elements and for what is deeper or wider than any record."""
    records = Records(where, dataset)
    for root, whole in growing_tree(start, parts, where):
        records.take(root, whole)
    return records.taken


@dataclass
class Records:
    """Takes the records out of a tree; what they come to is in `taken`.

    What it takes from a record rests on that record and those around it alone, and neither on the
    ones before it nor on how much of the file is in the tree: a file may be read in pieces.
    """

    where: str
    dataset: DataSet
    taken: Taken = field(default_factory=Taken)
    _local: dict[str, str] = field(default_factory=dict)
    _plain: dict[tuple[str, ...], tuple[str, ...] | None] = field(default_factory=dict)

    def take(self, root: etree._Element, whole: bool) -> None:
        """Take every complete record out of the tree, which is `whole` at the end of the file."""
        for attribute in _attributes(root):
            if attribute.attrname and not attribute.attrname.startswith("{"):
                raise self._refused(
                    attribute.getparent(),
                    "an element has an attribute, which is not read",
                    "Write each value as an element of its own.",
                )
        for guilty in _beside_elements(root):
            raise self._refused(guilty, "text stands beside elements", "Write values alone.")
        self._element(root, self._name(root.tag), (), 1, whole)

    def _element(
        self, element: etree._Element, name: str, above: _Above, depth: int, whole: bool
    ) -> None:
        """Take an element of this name that may be a record, or hold records, or both.

        It is `whole` unless the file has not been read to its end yet.
        """
        if depth > MAX_DEPTH:
            raise self._refused(
                element, f"elements stand more than {MAX_DEPTH} deep", "Nest records alone."
            )
        if name not in self.dataset.tables:
            self._around(element, name, above, depth, whole)
        elif not whole or not self._fields_first(element, name, above, depth):
            self._nest(element, name, above, depth, whole)

    def _around(
        self, element: etree._Element, name: str, above: _Above, depth: int, whole: bool
    ) -> None:
        """Take the records inside an element that is none."""
        children = list(element)
        last = None if whole or not children else children[-1]
        for child in children:
            inner = self._name(child.tag)
            if inner in self.dataset.tables or len(child):
                self._element(child, inner, above, depth + 1, child is not last)
            elif child is not last:
                # What should be a field of this element is not: then the element is the stranger.
                stranger = child if depth == 1 else element
                self.taken.note_strange(self._name(stranger.tag), stranger.sourceline or 0)
        if not whole:
            del element[:-1]

    def _fields_first(self, element: etree._Element, table: str, above: _Above, depth: int) -> bool:
        """Take a record whose fields all come before its records, as most do, and quickly.

        False for another, of which nothing is taken.
        """
        sent: list[str] = []
        texts: Texts = []
        inside: list[etree._Element] = []
        for child in element:
            text = child.text
            if (text is None or text.isspace()) and len(child):
                inside.append(child)
            elif inside:
                return False
            else:
                sent.append(child.tag)
                texts.append(text)
        names = self._fields_of(tuple(sent))
        if names is None:
            return False
        if inside:
            inner = [self._name(child.tag) for child in inside]
            if not self.dataset.table(table).by_name.keys().isdisjoint(inner):
                return False
            self.taken.nested = True
            around = (*above, (table, names, texts))
            for child, name in zip(inside, inner, strict=True):
                self._element(child, name, around, depth + 1, whole=True)
        self._add(table, names, texts, above, element)
        return True

    def _fields_of(self, tags: tuple[str, ...]) -> tuple[str, ...] | None:
        """The fields with these tags; none when one of them is a table."""
        if tags not in self._plain:
            if len(self._plain) >= MAX_REMEMBERED:
                self._plain.clear()
            names = tuple(self._name(tag) for tag in tags)
            nests = not self.dataset.tables.keys().isdisjoint(names)
            self._plain[tags] = None if nests else names
        return self._plain[tags]

    def _nest(
        self, element: etree._Element, table: str, above: _Above, depth: int, whole: bool
    ) -> None:
        """Take the records inside a record, and when it has ended the record itself."""
        own: list[tuple[str, str | None]] = []
        fields = self.dataset.table(table).by_name
        children = list(element)
        last = None if whole or not children else children[-1]
        for child in children:
            name = self._name(child.tag)
            if name in self.dataset.tables or (len(child) and name not in fields):
                self.taken.nested = True
                known = (tuple(name for name, _ in own), [text for _, text in own])
                around = (*above, (table, *known))
                self._element(child, name, around, depth + 1, child is not last)
                if not whole and child is not last:
                    element.remove(child)
            elif len(child):
                raise self._refused(child, f"{name} holds elements", "Write its value alone.")
            else:
                own.append((name, child.text))
        if whole:
            names, texts = tuple(name for name, _ in own), [text for _, text in own]
            self._add(table, names, texts, above, element)
        elif len(own) > MAX_FIELDS:
            what = f"a record has more than {MAX_FIELDS:,} fields"
            raise self._refused(element, what, "Give each record its own fields alone.")

    def _add(
        self,
        table: str,
        names: tuple[str, ...],
        texts: Texts,
        above: _Above,
        element: etree._Element,
    ) -> None:
        if above:
            contract = self.dataset.table(table)
            key = contract.parent_key
            if key is not None and key.name not in names:
                target = (key.key_target or "").partition(".")[2]
                found = next((one for one in reversed(above) if one[0] == contract.parent), None)
                # Of a field that is given twice the first counts.
                given = found is not None and target in found[1]
                text = found[2][found[1].index(target)] if found and given else None
                names, texts = (*names, key.name), [*texts, text]
        self.taken.table(table, self.where).add(names, texts, element)

    def _name(self, tag: str) -> str:
        """As `local_name`, remembered."""
        if tag not in self._local:
            if len(self._local) >= MAX_REMEMBERED:
                self._local.clear()
            self._local[tag] = local_name(tag)
        return self._local[tag]

    def _refused(self, element: etree._Element, what: str, remedy: str) -> SubmissionError:
        return SubmissionError(f"{self.where}: in line {element.sourceline:,} {what}. {remedy}")
