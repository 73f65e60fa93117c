"""Texts compared in spite of one typing error."""


def has_one_error(one: str, other: str) -> bool:
    """Return whether two texts differ by one typing error at most.

    That is another sign, one more or less, or two neighbours that changed places.
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    mine, theirs = one[start:], other[start:]
    if len(mine) == len(theirs):
        return mine[1:] == theirs[1:] or (mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:])
    return mine[1:] == theirs if len(mine) > len(theirs) else mine == theirs[1:]
