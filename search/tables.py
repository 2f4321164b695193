"""A table as text: each row says what its cells are, for a cell says little alone."""

from collections.abc import Sequence


def row_in_words(head: Sequence[str], row: Sequence[str]) -> str:
    """“What: Roadmap webinar; When: 3 May”; without a head the cells beside each other. Empty cells are left out."""
    cells = [cell for cell in row if cell]
    if not head or len(cells) < 2:
        return "; ".join(cells) if head else " · ".join(cells)
    named = zip([*head, *[""] * len(row)], row, strict=False)
    return "; ".join(f"{word}: {cell}" if word else cell for word, cell in named if cell)
