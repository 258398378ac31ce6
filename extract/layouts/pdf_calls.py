"""pdfium's functions that are called for each character and each step of a path, made cheap to call.

They take addresses as plain numbers, so that ``map`` can call them without anything of Python's between, and
keep the lock of the interpreter, because they return at once. Belongs here: their types. Doesn't belong here:
what is asked, and functions that are called once for a page (``pypdfium2.raw`` has them).
"""

import ctypes
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from itertools import repeat

import pypdfium2.raw as pdfium

_Type = type[ctypes.c_void_p | ctypes.c_int | ctypes.c_ulong | ctypes.c_float]
_ADDRESS, _NUMBER, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_ushort)


def address(pointer: object) -> int:
    """The address of a function of pdfium's or of what it gave."""
    return ctypes.cast(pointer, _ADDRESS).value or 0  # ty: ignore[invalid-argument-type] - of many types


def _plain(function: object, result: _Type, *arguments: _Type) -> Callable[..., int]:
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


get_object = _plain(pdfium.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _NUMBER)
get_object_of_form = _plain(pdfium.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
get_type = _plain(pdfium.FPDFPageObj_GetType, _NUMBER, _ADDRESS)
count_objects_of_form = _plain(pdfium.FPDFFormObj_CountObjects, _NUMBER, _ADDRESS)
count_steps = _plain(pdfium.FPDFPath_CountSegments, _NUMBER, _ADDRESS)
get_step = _plain(pdfium.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _NUMBER)
get_step_type = _plain(pdfium.FPDFPathSegment_GetType, _NUMBER, _ADDRESS)
closes_shape = _plain(pdfium.FPDFPathSegment_GetClose, _NUMBER, _ADDRESS)
_get_draw_mode = _plain(pdfium.FPDFPath_GetDrawMode, _NUMBER, *[_ADDRESS] * 3)
_get_matrix = _plain(pdfium.FPDFPageObj_GetMatrix, _NUMBER, *[_ADDRESS] * 2)
_get_bounds = _plain(pdfium.FPDFPageObj_GetBounds, _NUMBER, *[_ADDRESS] * 5)
_get_point = _plain(pdfium.FPDFPathSegment_GetPoint, _NUMBER, *[_ADDRESS] * 3)
_get_angle = _plain(pdfium.FPDFText_GetCharAngle, ctypes.c_float, _ADDRESS, _NUMBER)
_get_origin = _plain(pdfium.FPDFText_GetCharOrigin, _NUMBER, _ADDRESS, _NUMBER, *[_ADDRESS] * 2)
_is_generated = _plain(pdfium.FPDFText_IsGenerated, _NUMBER, _ADDRESS, _NUMBER)
_get_box = _plain(pdfium.FPDFText_GetCharBox, _NUMBER, _ADDRESS, _NUMBER, *[_ADDRESS] * 4)
_get_loose_box = _plain(pdfium.FPDFText_GetLooseCharBox, _NUMBER, _ADDRESS, _NUMBER, _ADDRESS)


#: Left, bottom, right and top, where not said otherwise.
Box = tuple[float, float, float, float]
#: a, b, c, d, e, f as in PDF: x' = ax + cy + e, y' = bx + dy + f.
Matrix = tuple[float, float, float, float, float, float]
#: Nothing is moved.
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: Lefts, tops, rights and bottoms.
Boxes = tuple[list[float], list[float], list[float], list[float]]


def loose_boxes(text_page: object, numbers: list[int]) -> Boxes:
    """Lefts, tops, rights and bottoms of characters by their numbers; y upwards."""
    found = _numbers("f", 4 * len(numbers))
    _call(_get_loose_box, repeat(address(text_page)), numbers, _places(found, 4))
    lefts, tops, rights, bottoms = (found[side::4].tolist() for side in range(4))
    return lefts, tops, rights, bottoms


def boxes_of_print(text_page: object, numbers: list[int]) -> list[Box]:
    """Left, right, bottom and top of what is printed of characters, by their numbers; y upwards."""
    found = _numbers("d", 4 * len(numbers))
    places = (_places(found, 4, side) for side in range(4))
    _call(_get_box, repeat(address(text_page)), numbers, *places)
    return list(zip(*[iter(found)] * 4, strict=True))


def angles(text_page: object, numbers: list[int]) -> list[float]:
    """By how much characters are turned to the right, in radians; negative for one that isn't told."""
    return list(map(_get_angle, repeat(address(text_page)), numbers))


def origin_heights(text_page: object, numbers: list[int]) -> list[float]:
    """The y of the points that characters stand on, by their numbers; y upwards."""
    found = _numbers("d", 2 * len(numbers))
    _call(_get_origin, repeat(address(text_page)), numbers, _places(found, 2), _places(found, 2, 1))
    return found[1::2].tolist()


def are_generated(text_page: object, numbers: list[int]) -> Iterable[int]:
    """Whether characters are pdfium's own, by their numbers."""
    return map(_is_generated, repeat(address(text_page)), numbers)


def bounds(items: list[int]) -> list[Box]:
    """The rectangles around objects of a page; one without width and height where there is none."""
    found = _numbers("f", 4 * len(items))
    _call(_get_bounds, items, *(_places(found, 4, side) for side in range(4)))
    return list(zip(*[iter(found)] * 4, strict=True))


def text_codes(text_page: object, count: int) -> bytes:
    """The text of so many characters in UTF-16, without what pdfium leaves out."""
    found = _numbers("H", count + 1)
    written = pdfium.FPDFText_GetText(text_page, 0, count, ctypes.cast(found.buffer_info()[0], _TEXT))
    return found[: max(written - 1, 0)].tobytes()


def matrices(items: list[int]) -> list[Matrix]:
    """The matrices of objects of a page; what has none is where its points say."""
    found = array("f", _SAME) * len(items)
    _call(_get_matrix, items, _places(found, 6))
    return list(zip(*[iter(found)] * 6, strict=True))


def draw_modes(paths: list[int]) -> Iterable[tuple[int, int]]:
    """Whether paths are filled, and whether they are stroked."""
    found = _numbers("i", 2 * len(paths))
    _call(_get_draw_mode, paths, _places(found, 2), _places(found, 2, 1))
    return zip(found[0::2], found[1::2], strict=True)


def points(steps: list[int]) -> tuple[list[float], list[float]]:
    """The x and the y that the steps of a path lead to."""
    found = _numbers("f", 2 * len(steps))
    _call(_get_point, steps, _places(found, 2), _places(found, 2, 1))
    return found[0::2].tolist(), found[1::2].tolist()


def _numbers(kind: str, count: int) -> array:
    """Room for numbers, as C has them: ctypes would make a class for each length."""
    return array(kind, bytes(array(kind).itemsize * count))


def _places(numbers: array, count: int, first: int = 0) -> range:
    """The addresses of every so many numbers."""
    begin, size = numbers.buffer_info()[0], numbers.itemsize
    return range(begin + first * size, begin + len(numbers) * size, count * size)


def _call(function: Callable[..., int], *arguments: Iterable[int]) -> None:
    deque(map(function, *arguments), maxlen=0)
