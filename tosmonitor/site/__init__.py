"""The browsable history: pages, feeds and data over one archive, live or as files.

create_app(archive, base_url=…) ─► ASGI application        export(archive, out, base_url=…) ─► files, byte for byte
"""

from tosmonitor.site.app import create_app
from tosmonitor.site.export import ExportReport, export
from tosmonitor.site.settings import SiteSettings

__all__ = ["ExportReport", "SiteSettings", "create_app", "export"]
