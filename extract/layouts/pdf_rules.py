"""The ruling lines on a page of a PDF, however they are drawn.

Belongs here: calls of pdfium for paths, pictures and forms. Doesn't belong here: text
(``extract.layouts.pdf_page``) and which rules make a table (``extract.layouts.ruled_grid``).

Coordinates are the page's own: points, y upwards, not turned.
"""

from collections.abc import Iterator
from itertools import cycle, repeat

import pypdfium2.raw as pdfium

from extract.layouts import pdf_calls
from extract.layouts.allowance import Allowance
from extract.layouts.pdf_calls import Box, Matrix

#: Forms within forms deeper than this aren't looked into.
_DEEPEST_FORM = 8
#: A filled path with no more steps than this is one shape: its box says whether it is a rule.
_STEPS_OF_A_SHAPE = 6
#: A rectangle takes so many steps.
_STEPS_OF_A_FRAME = 5
_KINDS_OF_A_FRAME = [pdfium.FPDF_SEGMENT_MOVETO, *[pdfium.FPDF_SEGMENT_LINETO] * 4]

#: What is farther away than this, in points, is on no page.
LARGEST = 1e6

_Point = tuple[float, float]
_Edge = tuple[_Point, _Point]
#: Nothing is moved.
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def thin_boxes_and_frames(page: object, thickness: float, steps: Allowance) -> tuple[list[Box], list[Box]]:
    """Thin boxes that may be rules, whole or edges of outlines; and frames, of which each edge may be one.

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
    objects = map(pdf_calls.get_object, repeat(pdf_calls.address(page)), range(count))
    reader.read(list(objects), _SAME, 0)
    return reader.boxes, reader.frames


class _Reader:
    """Reads objects of one page into ``boxes`` and ``frames``; objects are addresses, as pdfium gives them."""

    def __init__(self, thickness: float, steps: Allowance) -> None:
        self.boxes: list[Box] = []
        self.frames: list[Box] = []
        self._thickness, self._steps = thickness, steps

    def read(self, objects: list[int], matrix: Matrix, depth: int) -> None:
        paths: list[int] = []
        pictures: list[int] = []
        for item, kind in zip(objects, map(pdf_calls.get_type, objects), strict=True):
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                paths.append(item)
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                pictures.append(item)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                count = pdf_calls.count_objects_of_form(item)
                self._steps.spend(max(count, 0))
                inner = list(map(pdf_calls.get_object_of_form, repeat(item), range(count)))
                self.read(inner, _product(pdf_calls.matrices([item])[0], matrix), depth + 1)
        for box in self._bounds(pictures, matrix):
            self._add(*box)
        self._read_paths(paths, matrix)

    def _read_paths(self, paths: list[int], matrix: Matrix) -> None:
        modes, counts = pdf_calls.draw_modes(paths), map(pdf_calls.count_steps, paths)
        painted = [
            (path, count, bool(is_stroked))
            for path, (is_filled, is_stroked), count in zip(paths, modes, counts, strict=True)
            if (is_filled or is_stroked) and count > 0
        ]
        frames = [path for path, count, is_stroked in painted if is_stroked and count == _STEPS_OF_A_FRAME]
        read = set(self._read_frames(frames, matrix))
        left = [one for one in painted if one[0] not in read]
        for one, box in zip(left, self._bounds([path for path, _, _ in left], matrix), strict=True):
            self._read_path(*one, box, matrix)

    def _read_path(self, path: int, count: int, is_stroked: bool, box: Box, matrix: Matrix) -> None:
        if self._add(*box) or (not is_stroked and count <= _STEPS_OF_A_SHAPE):
            return
        self._steps.spend(count)
        for shape in self._shapes(path, count, matrix):
            if is_stroked:
                for edge in shape:
                    self._add(*_around(edge))
            elif shape:
                self._add(*_around([point for edge in shape for point in edge]))

    def _read_frames(self, paths: list[int], matrix: Matrix) -> Iterator[int]:
        """Read those of the paths of five steps that are rectangles, at once: most tables consist of them."""
        count = _STEPS_OF_A_FRAME
        self._steps.spend(count * len(paths))
        by_matrix: dict[Matrix, list[int]] = {}
        for path, of_path in zip(paths, pdf_calls.matrices(paths), strict=True):
            by_matrix.setdefault(of_path, []).append(path)
        for of_paths, group in by_matrix.items():
            steps = list(map(pdf_calls.get_step, [path for path in group for _ in range(count)], cycle(range(count))))
            kinds = list(map(pdf_calls.get_step_type, steps))
            xs, ys = _on_page(*pdf_calls.points(steps), of_paths, matrix)
            all_corners = zip(*(numbers[step::count] for numbers in (xs, ys) for step in range(count)), strict=True)
            for number, (path, corners) in enumerate(zip(group, all_corners, strict=True)):
                is_straight = kinds[number * count : (number + 1) * count] == _KINDS_OF_A_FRAME
                if is_straight and self._add_frame(corners):
                    yield path

    def _add_frame(self, corners: tuple[float, ...]) -> bool:
        """Keep a rectangle of some width and height, by the x and y of its steps; say whether it is one."""
        x, x1, x2, x3, x4, y, y1, y2, y3, y4 = corners
        is_closed = x == x4 and y == y4
        begins_across = x1 == x2 and x3 == x and y == y1 and y2 == y3
        begins_down = x == x1 and x2 == x3 and y1 == y2 and y3 == y
        if not (is_closed and (begins_across or begins_down)):
            return False
        left, right = (x, x2) if x < x2 else (x2, x)
        bottom, top = (y, y2) if y < y2 else (y2, y)
        if right - left <= self._thickness or top - bottom <= self._thickness:
            return False
        if left > -LARGEST and right < LARGEST and bottom > -LARGEST and top < LARGEST:
            self.frames.append((left, bottom, right, top))
        return True

    def _shapes(self, path: int, count: int, matrix: Matrix) -> Iterator[list[_Edge]]:
        """The straight edges of a path, shape by shape; curves are gaps."""
        steps = list(map(pdf_calls.get_step, repeat(path), range(count)))
        kinds, closing = map(pdf_calls.get_step_type, steps), map(pdf_calls.closes_shape, steps)
        points = _on_page(*pdf_calls.points(steps), pdf_calls.matrices([path])[0], matrix)
        shape: list[_Edge] = []
        start = last = (0.0, 0.0)
        for *point, kind, closes in zip(*points, kinds, closing, strict=True):
            x, y = point
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                yield shape
                shape, start = [], (x, y)
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                shape.append((last, (x, y)))
            last = x, y
            if closes:
                shape.append((last, start))
                last = start
        yield shape

    def _bounds(self, items: list[int], matrix: Matrix) -> list[Box]:
        boxes = pdf_calls.bounds(items)
        if matrix == _SAME:
            return boxes
        return [_around([_moved(x, y, matrix) for x in box[::2] for y in box[1::2]]) for box in boxes]

    def _add(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Keep a box that is thin, and say whether it is."""
        width, height = right - left, top - bottom
        if width > self._thickness and height > self._thickness:
            return False
        if (width > 0 or height > 0) and -LARGEST < left <= right < LARGEST and -LARGEST < bottom <= top < LARGEST:
            self.boxes.append((left, bottom, right, top))
        return True


def _around(points: list[_Point] | _Edge) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _moved(x: float, y: float, matrix: Matrix) -> _Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _on_page(xs: list[float], ys: list[float], of_path: Matrix, matrix: Matrix) -> tuple[list[float], list[float]]:
    """The x and the y of a path's points on the page."""
    a, b, c, d, e, f = whole = of_path if matrix == _SAME else _product(of_path, matrix)
    if whole == _SAME:
        return xs, ys
    points = list(zip(xs, ys, strict=True))
    return [a * x + c * y + e for x, y in points], [b * x + d * y + f for x, y in points]


def _product(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does what the first does, then what the second does."""
    a, b, c, d, e, f = first
    x_of_e, y_of_f = _moved(e, f, second)
    g, h, i, j, _, _ = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, x_of_e, y_of_f)
