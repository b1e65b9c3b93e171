"""`/openapi.json` and an offline page to read it with: swagger-ui, vendored, which asks nobody else for anything."""

from __future__ import annotations

from html import escape
from pathlib import Path

import msgspec
from flask import Flask, Response, request, send_from_directory

from services.chassis.web.access import anonymous
from services.chassis.web.blueprint import Api

STATIC = Path(__file__).parent / "static"
ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "docs.js")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""swagger-ui sets inline styles; scripts come from our own files only."""

_PAGE = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/docs/swagger-ui.css">
</head>
<body>
<div id="docs" data-openapi="{root}/openapi.json"></div>
<script src="{root}/docs/swagger-ui-bundle.js"></script>
<script src="{root}/docs/docs.js"></script>
</body>
</html>
"""


def add_docs(app: Flask, api: Api, title: str) -> None:
    """The three routes of the documentation."""
    written: dict[str, bytes] = {}  # by where the app is mounted

    @anonymous
    def openapi() -> Response:
        root = request.script_root
        if root not in written:  # every blueprint is known by the first request
            document = {**api.document(), "servers": [{"url": root or "/"}]}
            written[root] = msgspec.json.encode(document)
        return Response(written[root], mimetype="application/json")

    @anonymous
    def page() -> Response:
        response = Response(_PAGE.format(title=escape(title), root=escape(request.script_root)), mimetype="text/html")
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    @anonymous
    def asset(name: str) -> Response:
        return send_from_directory(STATIC, name, max_age=3600)

    app.add_url_rule("/openapi.json", "house.openapi", openapi)
    app.add_url_rule("/docs", "house.docs", page)
    app.add_url_rule(f"/docs/<any({', '.join(repr(asset) for asset in ASSETS)}):name>", "house.docs_asset", asset)
