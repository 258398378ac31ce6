"""Web pages for the tests: the same blocks as content management systems print them.

Belongs here: HTML with its noise (menus, words in pieces, tables within tables). Doesn't belong here:
the statutory form (``tests.report_writer``) or reading.
"""

from collections.abc import Callable, Sequence
from html import escape

from tests.grid import Block, GridCell, Table

MENU = (
    "<div class='nav'><ul><li><a>首页</a></li><li><a>行政规范性文件</a></li><li><a>行政许可</a></li>"
    "<li><a>2019年政府信息公开工作年度报告</a></li></ul><script>var t='规章';</script></div>"
)
EMPTY = "<p class='MsoNormal'><span>&nbsp;<o:p></o:p></span></p>"

WriteCell = Callable[[str], str]


def plain(text: str) -> str:
    """A cell's text as it is."""
    return escape(text)


def pieces(text: str) -> str:
    """Each letter in a span of its own, in a paragraph; an empty cell as a word processor leaves it."""
    return f"<p>{''.join(f'<span><font>{escape(c)}</font></span>' for c in text)}</p>" if text else EMPTY


def paragraphs(text: str) -> str:
    """Words broken over two paragraphs; an empty cell as a no-break space."""
    if len(text) > 3 and not text.isdigit():
        return f"\n<p>{escape(text[:2])}</p>\n<p>{escape(text[2:])}<br></p>\n"
    return escape(text) or "&nbsp;"


def word_markup(text: str) -> str:
    """A cell as word processors export it: styles in every element, words cut into pieces by script."""
    style = "margin:0cm;text-align:center;line-height:16.0pt;mso-pagination:widow-orphan;word-break:break-all"
    font = "font-size:12.0pt;font-family:宋体;mso-bidi-font-family:宋体;color:black;mso-font-kerning:0pt"
    half = len(text) // 2 if len(text) > 3 and not text.isdigit() else len(text)
    pieces_of_text = [piece for piece in (text[:half], text[half:]) if piece]
    spans = "".join(f'<span lang="EN-US" style="{font}">{escape(piece)}</span>' for piece in pieces_of_text)
    return f'<p class="MsoNormal" align="center" style="{style}">{spans}<span style="{font}"><o:p></o:p></span></p>'


def page(
    blocks: Sequence[Block],
    *,
    cell: WriteCell = plain,
    nested: bool = False,
    spans_line_up: bool = True,
    charset: str = "utf-8",
) -> bytes:
    """A page with menus around the report.

    Args:
        blocks: paragraphs and tables.
        cell: how the text of a cell is marked up.
        nested: the whole report stands in a cell of a table for layout.
        spans_line_up: False gives the labels of each row one column more than the header's.
        charset: of the bytes, and as the page declares it.

    """
    body = "\n".join(f"<p>{escape(b)}</p>" if isinstance(b, str) else _table(b, cell, spans_line_up) for b in blocks)
    if nested:
        body = f"<table width='100%'><tr><td>左栏</td><td>{body}</td></tr></table>"
    head = f"<meta charset='{charset}'><title>政府信息公开</title><meta name='SiteName' content='青石县'>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{MENU}{body}</body></html>".encode(charset)


def _table(table: Table, cell: WriteCell, spans_line_up: bool) -> str:
    rows = "".join(f"<tr>{''.join(_cell(c, n, cell, spans_line_up) for n, c in enumerate(row))}</tr>" for row in table)
    return f"<table border='1'><tbody>{rows}</tbody></table>"


def _cell(cell: GridCell, number: int, write: WriteCell, spans_line_up: bool) -> str:
    columns = cell.columns + (0 if spans_line_up or number or cell.text == "信息内容" else 1)
    spans = (f" colspan='{columns}'" if columns > 1 else "") + (f" rowspan={cell.rows}" if cell.rows > 1 else "")
    return f"<td{spans}>{write(cell.text)}</td>"
