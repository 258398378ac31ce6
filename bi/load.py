"""Puts the assets of ``bi/superset`` into Superset, over whatever is there, and makes the one user.

Belongs here: what differs from one warehouse to the next, its address and the notice on its dashboards. Doesn't belong
here: the assets themselves (``bi.assets`` writes them), starting (``bi.start``).
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import yaml

ASSETS = Path(__file__).resolve().parent / "superset"
USER = "gongkai"
#: What stands in the assets for what only a warehouse tells.
WAREHOUSE_PLACE, NOTICE_PLACE = "WAREHOUSE_ADDRESS", "NOTICE_OF_THE_WAREHOUSE"
SAMPLES = "%/tests/sample_reports/%"
INVENTED = "https://demonstration.invalid/%"
NOTICES = {
    "invented": (
        '<div style="background:#b42318;color:#fff;padding:10px 16px;font-size:18px;font-weight:bold">'
        "演示数据（虚构）：所有数字由程序随机生成，与任何机关无关。"
        "Invented demonstration data: a program drew every figure; none is any agency's.</div>"
    ),
    "samples": (
        '<div style="background:#b54708;color:#fff;padding:10px 16px;font-size:18px;font-weight:bold">'
        "样例报告，多为虚构，不代表任何机关。"
        "Bundled sample reports, most of them invented: they say nothing of any agency.</div>"
    ),
    "reports": (
        '<div style="background:#eef4ff;color:#1d2939;padding:10px 16px;font-size:15px">'
        "数字为各机关年度报告所载；未知为空，不是 0。"
        "Figures as printed in the agencies' annual reports; unknown is blank, never 0.</div>"
    ),
}


def kind_of(warehouse: Path) -> str:
    """Whether a warehouse holds invented reports, bundled samples, or neither."""
    query = "select coalesce(bool_or(source_uri like ?), false), coalesce(bool_or(source_uri like ?), false) from {}"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute(query.format("marts.dim_report"), [INVENTED, SAMPLES]).fetchone()
    is_invented, has_samples = row or (False, False)
    return "invented" if is_invented else "samples" if has_samples else "reports"


def address_of(warehouse: Path) -> str:
    """The warehouse as SQLAlchemy names it: read-only."""
    return f"duckdb:///{quote(str(warehouse))}?access_mode=read_only"


def contents(warehouse: Path) -> dict[str, str]:
    """The assets by their path, for this warehouse."""
    places = {WAREHOUSE_PLACE: address_of(warehouse), NOTICE_PLACE: NOTICES[kind_of(warehouse)]}
    return {
        path.relative_to(ASSETS).as_posix(): yaml.safe_dump(
            filled(yaml.safe_load(path.read_text(encoding="utf-8")), places), allow_unicode=True
        )
        for path in sorted(ASSETS.rglob("*.yaml"))
    }


def filled(asset: Any, places: Mapping[str, str]) -> Any:
    """The asset with every text that is the name of a place replaced by what belongs there."""
    if isinstance(asset, dict):
        return {key: filled(value, places) for key, value in asset.items()}
    if isinstance(asset, list):
        return [filled(value, places) for value in asset]
    return places.get(asset, asset) if isinstance(asset, str) else asset


def load(warehouse: Path, password: str) -> None:
    """Import everything as the one user, whose password is set anew."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.utils.core import override_user

        security = app.appbuilder.sm
        user = security.find_user(USER)
        if user:
            security.reset_password(user.id, password)
        else:
            role = security.find_role("Admin")
            user = security.add_user(USER, "Gongkai", "公开", "gongkai@localhost", role, password)
        with override_user(user):
            ImportAssetsCommand(contents(warehouse)).run()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--warehouse", type=Path, required=True)
    password = (Path(os.environ["GONGKAI_SUPERSET"]) / "password").read_text(encoding="utf-8")
    load(parser.parse_args().warehouse, password)


if __name__ == "__main__":
    main()
