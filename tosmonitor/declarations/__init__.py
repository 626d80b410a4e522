"""services.yaml and tosmonitor.yaml: what is watched and how, as people write it.

load.py        services.yaml → Service, Document, Source, or every mistake at once
settings.py    tosmonitor.yaml → Settings, with the manners of the fetcher and the listeners
schema.py      the shape of services.yaml, as pydantic models and as JSON Schema
positions.py   YAML that remembers its lines; mistakes.py puts pydantic's errors beside them
"""

from tosmonitor.declarations.fix import fix
from tosmonitor.declarations.load import check, load, loads, service_id
from tosmonitor.declarations.schema import schema
from tosmonitor.declarations.settings import Listener, Settings, Wanted, beside, settings

__all__ = [
    "Listener",
    "Settings",
    "Wanted",
    "beside",
    "check",
    "fix",
    "load",
    "loads",
    "schema",
    "service_id",
    "settings",
]
