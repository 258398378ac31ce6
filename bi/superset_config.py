"""Superset's settings: this machine only, nothing from outside, nothing kept longer than a query.

Belongs here: settings. Doesn't belong here: what is started and when (``bi.start``), what is shown (``bi/superset``).
Superset finds this module by ``SUPERSET_CONFIG_PATH``; secrets lie in the folder that ``GONGKAI_SUPERSET`` names.
"""

import os
from pathlib import Path

from bi.no_pixel import NoPixel

SECRET_KEY = (Path(os.environ["GONGKAI_SUPERSET"]) / "secret_key").read_text(encoding="utf-8")
SQLALCHEMY_DATABASE_URI = os.environ["GONGKAI_SUPERSET_METADATA"]

LANGUAGES = {"en": {"flag": "us", "name": "English"}, "zh": {"flag": "cn", "name": "简体中文"}}
APP_NAME = "Gongkai 公开"
#: A new publish shows at the next query, so that no answer is kept.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
#: Every chart of a page is drawn, on screen or not: a printed page is whole.
FEATURE_FLAGS = {"DASHBOARD_VIRTUALIZATION": False}
# one process on this machine: limits are counted in its memory
RATELIMIT_ENABLED = False
WTF_CSRF_ENABLED = True
SESSION_COOKIE_SAMESITE = "Lax"

# The browser itself refuses whatever would come from elsewhere: fonts, tiles, counters.
MAPBOX_API_KEY = ""
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
#: Fonts with Chinese first, from the machine.
_FONTS = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', Inter, Arial, sans-serif"
THEME_DEFAULT = {
    "algorithm": "default",
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "/static/assets/images/superset-logo-horiz.png",
        "brandLogoHref": "/dashboard/list/",
        "brandLogoHeight": "24px",
        "brandLogoMargin": "18px 0",
        "fontFamily": _FONTS,
        "fontUrls": [],
    },
}
THEME_DARK = None
ADDITIONAL_MIDDLEWARE = [NoPixel]
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}

#: The notice on each dashboard has a colour.
HTML_SANITIZATION_SCHEMA_EXTENSIONS = {"attributes": {"*": ["style"]}}
