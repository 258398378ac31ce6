"""How much of a hostile document is read before it is refused.

Belongs here: counting down. Doesn't belong here: the bounds themselves, which stand in the adapters.
"""

from extract.layouts.stream import Refused


class Allowance:
    """An amount of something that one document may have."""

    def __init__(self, amount: int, name: str) -> None:
        self._amount = self._left = amount
        self._name = name

    def spend(self, amount: int) -> None:
        """Take an amount away.

        Raises:
            Refused: the document has more than it is allowed.

        """
        self._left -= amount
        if self._left < 0:
            raise Refused("too_large", f"more than {self._amount} {self._name}")
