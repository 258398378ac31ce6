"""The ruling lines on a page of a PDF, however they are drawn.

Belongs here: calls of pdfium for paths, pictures and forms. Doesn't belong here: text
(``extract.layouts.pdf_page``) and which rules make a table (``extract.layouts.ruled_grid``).

Coordinates are the page's own: points, y upwards, not turned.
"""

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2.raw as pdfium

from extract.layouts.allowance import Allowance

#: Forms within forms deeper than this aren't looked into.
_DEEPEST_FORM = 8
#: A filled path with no more steps than this is one shape: its box says whether it is a rule.
_STEPS_OF_A_SHAPE = 6


#: What is farther away than this, in points, is on no page.
LARGEST = 1e6


class Box(NamedTuple):
    """A rectangle, its edges in order."""

    left: float
    bottom: float
    right: float
    top: float


#: a, b, c, d, e, f as in PDF: x' = ax + cy + e, y' = bx + dy + f.
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_Edge = tuple[_Point, _Point]
#: Left, bottom, right and top.
_Corners = tuple[float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def thin_boxes(page: object, thickness: float, steps: Allowance) -> list[Box]:
    """What is drawn so thin that it may be a rule: its box, or the edge of a shape with an outline.

    Args:
        page: as pdfium opened it.
        thickness: what is no thicker, in points, is thin.
        steps: how many objects and steps of paths the document may have.

    Raises:
        Refused: the allowance is spent.

    """
    reader = _Reader(thickness, steps)
    count = pdfium.FPDFPage_CountObjects(page)
    steps.spend(max(count, 0))
    get_object, get_type = pdfium.FPDFPage_GetObject, pdfium.FPDFPageObj_GetType
    for number in range(count):
        item = get_object(page, number)
        if get_type(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            reader.read(item, _SAME, 0)
    return reader.boxes


class _Reader:
    """Reads objects of one page into ``boxes``."""

    def __init__(self, thickness: float, steps: Allowance) -> None:
        self.boxes: list[Box] = []
        self._thickness, self._steps = thickness, steps
        self._sides = [ctypes.c_float() for _ in range(4)]
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._is_stroked, self._fill = ctypes.c_int(), ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()

    def read(self, item: object, matrix: _Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._read_path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            inner = _product(self._matrix_of(item), matrix)
            count = pdfium.FPDFFormObj_CountObjects(item)
            self._steps.spend(max(count, 0))
            for number in range(count):
                self.read(pdfium.FPDFFormObj_GetObject(item, number), inner, depth + 1)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            self._add(*self._bounds(item, matrix))

    def _read_path(self, path: object, matrix: _Matrix) -> None:
        pdfium.FPDFPath_GetDrawMode(path, self._fill, self._is_stroked)
        is_stroked = bool(self._is_stroked.value)
        if not (is_stroked or self._fill.value) or self._add(*self._bounds(path, matrix)):
            return
        count = pdfium.FPDFPath_CountSegments(path)
        if not is_stroked and count <= _STEPS_OF_A_SHAPE:
            return
        self._steps.spend(max(count, 0))
        for shape in self._shapes(path, count, _product(self._matrix_of(path), matrix)):
            if is_stroked:
                for edge in shape:
                    self._add(*_around(edge))
            elif shape:
                self._add(*_around([point for edge in shape for point in edge]))

    def _shapes(self, path: object, count: int, matrix: _Matrix) -> Iterator[list[_Edge]]:
        """The straight edges of a path, shape by shape; curves are gaps."""
        shape: list[_Edge] = []
        start = last = (0.0, 0.0)
        for number in range(count):
            step = pdfium.FPDFPath_GetPathSegment(path, number)
            pdfium.FPDFPathSegment_GetPoint(step, self._x, self._y)
            point = _moved(self._x.value, self._y.value, matrix)
            kind = pdfium.FPDFPathSegment_GetType(step)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                yield shape
                shape, start = [], point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                shape.append((last, point))
            last = point
            if pdfium.FPDFPathSegment_GetClose(step):
                shape.append((last, start))
                last = start
        yield shape

    def _bounds(self, item: object, matrix: _Matrix) -> _Corners:
        left, bottom, right, top = self._sides
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return 0.0, 0.0, 0.0, 0.0
        if matrix is _SAME:
            return left.value, bottom.value, right.value, top.value
        corners = ((x.value, y.value) for x in (left, right) for y in (bottom, top))
        return _around([_moved(x, y, matrix) for x, y in corners])

    def _matrix_of(self, item: object) -> _Matrix:
        matrix = self._matrix
        if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
            return _SAME
        return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def _add(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Keep a box that is thin, and say whether it is."""
        width, height = right - left, top - bottom
        if width > self._thickness and height > self._thickness:
            return False
        if (width > 0 or height > 0) and -LARGEST < left <= right < LARGEST and -LARGEST < bottom <= top < LARGEST:
            self.boxes.append(Box(left, bottom, right, top))
        return True


def _around(points: list[_Point] | _Edge) -> _Corners:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _moved(x: float, y: float, matrix: _Matrix) -> _Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: _Matrix, second: _Matrix) -> _Matrix:
    """The matrix that does what the first does, then what the second does."""
    a, b, c, d, e, f = first
    x_of_e, y_of_f = _moved(e, f, second)
    g, h, i, j, _, _ = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, x_of_e, y_of_f)
